namespace LogConsole.Pipeline;

/// <summary>Doubling pauses with ±20 % jitter, so that instances do not return in step. One owner at a time.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan longest, TimeProvider time)
{
    /// <summary>The next pause, before jitter.</summary>
    public TimeSpan Next { get; private set; } = first;

    /// <summary>Waits the next pause and doubles the one after it.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        var pause = Next * (0.8 + (Random.Shared.NextDouble() * 0.4));
        Next = TimeSpan.FromTicks(Math.Min(longest.Ticks, Next.Ticks * 2));
        await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
    }
}
