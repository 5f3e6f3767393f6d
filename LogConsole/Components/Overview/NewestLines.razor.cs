using LogConsole.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LogConsole.Components.Overview;

/// <summary>The newest lines. Renders once; lines go to the browser as data by <see cref="ShowAsync"/>, which answers when they were taken.</summary>
public sealed partial class NewestLines(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly BrowserPart _part = new(js);
    private ElementReference _element;
    private OverviewLines? _shown;

    /// <summary>Shows what is new since the last call; one call at a time.</summary>
    /// <param name="live">Whether lines keep coming.</param>
    /// <param name="anew">The view changed: nothing of the old one may stay.</param>
    public async Task ShowAsync(OverviewLines next, bool live, bool anew, CancellationToken cancellationToken)
    {
        if (anew || !ReferenceEquals(next, _shown))
        {
            await _part.UpdateAsync(LinesFrame.Between(anew ? null : _shown, next, live), cancellationToken);
            _shown = next;
        }
    }

    /// <inheritdoc/>
    protected override Task OnAfterRenderAsync(bool firstRender) =>
        firstRender ? _part.CreateAsync(Assets["js/lines.js"], "createLines", _element, OverviewLines.MaxLines) : Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _part.DisposeAsync();
}
