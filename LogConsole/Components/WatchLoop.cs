using Microsoft.JSInterop;

namespace LogConsole.Components;

/// <summary>
/// Runs one watch of a feed for a component: one value at a time, the next is asked for only when the last is on screen.
/// Made, started and stopped on the component's dispatcher, where the callbacks run too.
/// </summary>
/// <param name="source">Opens the watch.</param>
/// <param name="onValue">Shows a value; the watch waits for it.</param>
/// <param name="onError">Told when the watch broke; it is opened again after 5 s.</param>
internal sealed class WatchLoop<T>(
    Func<CancellationToken, IAsyncEnumerable<T>> source, Func<T, CancellationToken, Task> onValue, Action<Exception> onError, TimeProvider time)
    : IAsyncDisposable
{
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(5);
    private CancellationTokenSource? _stop;
    private Task _run = Task.CompletedTask;

    /// <summary>Opens the watch anew, ending the one before: its last value is shown before the first new one.</summary>
    public void Restart()
    {
        Stop();
        _stop = new CancellationTokenSource();
        _run = RunAsync(_run, _stop.Token);
    }

    /// <summary>Ends the watch. Nothing is shown after a value that is being shown now.</summary>
    public void Stop()
    {
        _stop?.Cancel();
        _stop?.Dispose();
        _stop = null;
    }

    public async ValueTask DisposeAsync()
    {
        Stop();
        await _run;
    }

    private async Task RunAsync(Task before, CancellationToken cancellationToken)
    {
        await before;
        try
        {
            while (!cancellationToken.IsCancellationRequested && !await TryWatchAsync(cancellationToken))
            {
                await Task.Delay(s_retryAfter, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopped or restarted.
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone; the circuit's end disposes this.
        }
    }

    private async Task<bool> TryWatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var value in source(cancellationToken).WithCancellation(cancellationToken))
            {
                await ViewTurns.RunAsync(() => onValue(value, cancellationToken), cancellationToken);
            }

            return true;
        }
        catch (Exception e) when (e is not JSDisconnectedException && !cancellationToken.IsCancellationRequested)
        {
            // The edge of the loop: a broken feed, or a browser that did not answer in time, is shown and not fatal to the page.
            onError(e);
            return false;
        }
    }
}
