using LogConsole.Components.Charts;
using LogConsole.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LogConsole.Components.Streaming;

/// <summary>The volume over the list. Counts go to the browser by <see cref="ShowAsync"/>, which answers when they were taken.</summary>
public sealed partial class VolumeStrip(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly BrowserPart _part = new(js);
    private ElementReference _element;
    private OverviewChart? _shown;
    private int _bands;

    /// <summary>What the browser calls to zoom.</summary>
    [Parameter]
    [EditorRequired]
    public required object Host { get; set; }

    /// <summary>The severity bands drawn: bit n stands for band n.</summary>
    [Parameter]
    [EditorRequired]
    public required int Bands { get; set; }

    /// <summary>What the counts leave out, or empty.</summary>
    [Parameter]
    public string Note { get; set; } = "";

    /// <summary>Draws what changed since the last call; one call at a time.</summary>
    public async Task ShowAsync(OverviewChart? next, CancellationToken cancellationToken)
    {
        if (next is not null && !ReferenceEquals(next, _shown))
        {
            var frame = ChartFrame.Between(_shown, next);
            _shown = null; // nothing is known to be shown until the browser has answered
            await _part.UpdateAsync(new { Chart = frame, Bands }, cancellationToken);
            _shown = next;
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _bands = Bands;
            await _part.CreateAsync(Assets["js/tail.js"], "createStrip", _element, Host);
        }
        else if (_bands != Bands)
        {
            _bands = Bands;
            try
            {
                await _part.UpdateAsync(new { Bands }, CancellationToken.None);
            }
            catch (JSException)
            {
                // The next counts carry the bands too.
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _part.DisposeAsync();
}
