namespace LogConsole.Storage;

/// <summary>
/// Growing pauses between attempts: doubled each time up to a limit, each drawn between half and the whole so that many consoles
/// do not knock in step ("equal jitter"; Brooker, "Exponential Backoff and Jitter", AWS 2015). Not thread-safe.
/// </summary>
public sealed class Backoff(TimeProvider time, TimeSpan first, TimeSpan limit)
{
    private readonly TimeSpan _first = first;
    private TimeSpan _next = first;

    /// <summary>The attempt succeeded: the next pause is the first again.</summary>
    public void Reset() => _next = _first;

    /// <summary>Waits the next pause.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var pause = _next * (0.5 + (Random.Shared.NextDouble() / 2));
        _next = _next * 2 < limit ? _next * 2 : limit;
        return Task.Delay(pause, time, cancellationToken);
    }
}
