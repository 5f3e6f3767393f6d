namespace LogConsole.Live;

/// <summary>
/// Turns a storm of signals into calm calls: the first signal runs the callback at once, those that come within
/// <c>interval</c> of its start, or while it runs, are merged into one later run. Runs never overlap and the last signal is never lost. Thread-safe.
/// </summary>
public sealed class CallbackThrottler : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Func<CancellationToken, Task> _callback;
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _stopping = new();
    private Task _loop = Task.CompletedTask;
    private bool _running;
    private bool _signalled;
    private bool _disposed;

    /// <summary>A throttler that has nothing to do yet.</summary>
    /// <param name="callback">Must handle its own errors: an exception ends the throttler and is thrown by <see cref="DisposeAsync"/>.</param>
    /// <param name="interval">The least time between the starts of two runs.</param>
    public CallbackThrottler(Func<CancellationToken, Task> callback, TimeSpan interval, TimeProvider time)
    {
        _callback = callback;
        _interval = interval;
        _time = time;
    }

    /// <summary>Asks for a run. Returns at once; does nothing once disposed.</summary>
    public void Signal()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            if (_running)
            {
                _signalled = true;
                return;
            }

            _running = true;
            _loop = RunAsync();
        }
    }

    /// <summary>Cancels a waiting run, waits for a running one.</summary>
    public async ValueTask DisposeAsync()
    {
        Task loop;
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            loop = _loop;
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        // The caller holds the lock.
        await Task.Yield();
        try
        {
            do
            {
                var started = _time.GetTimestamp();
                await _callback(_stopping.Token).ConfigureAwait(false);
                var rest = _interval - _time.GetElapsedTime(started);
                if (rest > TimeSpan.Zero)
                {
                    await Task.Delay(rest, _time, _stopping.Token).ConfigureAwait(false);
                }
            }
            while (TakeSignal());
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Disposed while waiting: the merged run is not wanted any more.
        }
    }

    private bool TakeSignal()
    {
        lock (_lock)
        {
            _running = _signalled && !_disposed;
            _signalled = false;
            return _running;
        }
    }
}
