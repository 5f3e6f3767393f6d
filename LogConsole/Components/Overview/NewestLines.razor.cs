using LogConsole.Logs;
using LogConsole.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LogConsole.Components.Overview;

/// <summary>
/// The newest lines. Renders once; lines go to the browser as data by <see cref="ShowAsync"/>, which answers when they were taken.
/// What else is stored about a line is looked up when its reader opens it.
/// </summary>
public sealed partial class NewestLines(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly BrowserPart _part = new(js);
    private readonly CancellationTokenSource _gone = new();
    private DotNetObjectReference<LinesInterop>? _interop;
    private ElementReference _element;
    private OverviewLines? _shown;

    [Inject]
    private ILineReader Lines { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

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
    protected override Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return Task.CompletedTask;
        }

        _interop = DotNetObjectReference.Create(new LinesInterop(this));
        return _part.CreateAsync(Assets["js/lines.js"], "createLines", _element, OverviewLines.MaxLines, _interop);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _part.DisposeAsync();
        _interop?.Dispose();
        _gone.Dispose();
    }

    /// <summary>Called by the browser when a line is opened.</summary>
    private sealed class LinesInterop(NewestLines owner)
    {
        /// <summary>Everything stored about the line that stands at <paramref name="place"/>.</summary>
        [JSInvokable]
        public async Task<LineSheet> Open(string place)
        {
            var reading = LogCursor.TryParse(place, out var at)
                ? await owner.Lines.ReadAsync(new LinePlace(at.UnixMicroseconds, at.Id), owner._gone.Token)
                : LineReading.Gone;
            return LineSheet.Of(reading, owner.View.Zone);
        }
    }
}
