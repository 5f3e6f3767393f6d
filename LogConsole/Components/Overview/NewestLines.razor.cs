using LogConsole.Metrics;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LogConsole.Components.Overview;

/// <summary>The newest lines. Renders once; lines go to the browser as data by <see cref="ShowAsync"/>, which answers when they are on screen.</summary>
public sealed partial class NewestLines(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly TaskCompletionSource<IJSObjectReference> _list = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ElementReference _element;
    private IJSObjectReference? _module;
    private OverviewLines? _shown;

    /// <summary>Shows what is new since the last call; one call at a time.</summary>
    /// <param name="live">Whether lines keep coming.</param>
    /// <param name="anew">The view changed: nothing of the old one may stay.</param>
    public async Task ShowAsync(OverviewLines next, bool live, bool anew, CancellationToken cancellationToken)
    {
        if (!anew && ReferenceEquals(next, _shown))
        {
            return;
        }

        var list = await _list.Task.WaitAsync(cancellationToken);
        var frame = LinesFrame.Between(anew ? null : _shown, next, live);
        await list.InvokeVoidAsync("update", cancellationToken, frame);
        _shown = next;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", "/" + Assets["js/lines.js"]);
            _list.SetResult(await _module.InvokeAsync<IJSObjectReference>("createLines", _element, OverviewLines.MaxLines));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_list.Task.IsCompletedSuccessfully)
            {
                var list = await _list.Task;
                await list.InvokeVoidAsync("dispose");
                await list.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone and took the list with it.
        }
    }
}
