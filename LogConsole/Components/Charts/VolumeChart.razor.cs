using LogConsole.Metrics;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace LogConsole.Components.Charts;

/// <summary>
/// The live chart. It renders once; after that data goes to the browser by <see cref="ShowAsync"/>, which answers when it is drawn,
/// so that a slow browser slows its own feed and nobody else's.
/// </summary>
public sealed partial class VolumeChart(IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly TaskCompletionSource<IJSObjectReference> _chart = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ElementReference _element;
    private IJSObjectReference? _module;
    private OverviewChart? _shown;

    /// <summary>Between the head and the plot: messages about this pane.</summary>
    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    /// <summary>Draws what changed since the last call; one call at a time.</summary>
    /// <param name="next">The chart, or null to leave what is there.</param>
    /// <param name="anew">The view changed: nothing of the old one may stay.</param>
    public async Task ShowAsync(OverviewChart? next, bool anew, CancellationToken cancellationToken)
    {
        if (next is null || (!anew && ReferenceEquals(next, _shown)))
        {
            return;
        }

        var chart = await _chart.Task.WaitAsync(cancellationToken);
        var frame = ChartFrame.Between(anew ? null : _shown, next);
        await chart.InvokeVoidAsync("update", cancellationToken, frame);
        _shown = next;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", "/" + Assets["js/charts.js"]);
            _chart.SetResult(await _module.InvokeAsync<IJSObjectReference>("createVolumeChart", _element));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_chart.Task.IsCompletedSuccessfully)
            {
                var chart = await _chart.Task;
                await chart.InvokeVoidAsync("dispose");
                await chart.DisposeAsync();
            }

            if (_module is not null)
            {
                await _module.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone and took the chart with it.
        }
    }
}
