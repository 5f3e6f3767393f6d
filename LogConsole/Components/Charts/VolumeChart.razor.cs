using LogConsole.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LogConsole.Components.Charts;

/// <summary>
/// The live chart. It renders once; after that data goes to the browser by <see cref="ShowAsync"/>, which answers when it was taken,
/// so that a slow browser slows its own feed and nobody else's.
/// </summary>
public sealed partial class VolumeChart(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly BrowserPart _part = new(js);
    private ElementReference _element;
    private OverviewChart? _shown;

    /// <summary>Between the head and the plot: messages about this pane.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Draws what changed since the last call; one call at a time.</summary>
    /// <param name="next">The chart, or null to leave what is there.</param>
    /// <param name="anew">The view changed: nothing of the old one may stay.</param>
    public async Task ShowAsync(OverviewChart? next, bool anew, CancellationToken cancellationToken)
    {
        if (next is not null && (anew || !ReferenceEquals(next, _shown)))
        {
            await _part.UpdateAsync(ChartFrame.Between(anew ? null : _shown, next), cancellationToken);
            _shown = next;
        }
    }

    /// <summary>Marks incidents on the time axis, instead of those marked before. May be called beside <see cref="ShowAsync"/>.</summary>
    internal Task MarkAsync(IReadOnlyList<ChartMark> marks, CancellationToken cancellationToken) => _part.UpdateAsync(new MarksFrame(marks), cancellationToken);

    /// <inheritdoc/>
    protected override Task OnAfterRenderAsync(bool firstRender) =>
        firstRender ? _part.CreateAsync(Assets["js/charts.js"], "createVolumeChart", _element) : Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _part.DisposeAsync();
}
