using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LogConsole.Components.Charts;

/// <summary>The chart of one series. It renders once; after that data goes to the browser by <see cref="ShowAsync"/>.</summary>
public sealed partial class SeriesChart(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly BrowserPart _part = new(js);
    private ElementReference _element;

    /// <summary>What is shown, as text.</summary>
    [Parameter, EditorRequired]
    public required string Title { get; set; }

    /// <summary>Between the head and the plot: the choice of the series.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Draws a frame; one call at a time.</summary>
    internal Task ShowAsync(SeriesFrame frame, CancellationToken cancellationToken) => _part.UpdateAsync(frame, cancellationToken);

    /// <inheritdoc/>
    protected override Task OnAfterRenderAsync(bool firstRender) =>
        firstRender ? _part.CreateAsync(Assets["js/charts.js"], "createSeriesChart", _element) : Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _part.DisposeAsync();
}
