namespace LogConsole.Live;

/// <summary>
/// A token bucket: so many a second, and after a quiet second a burst of as many at once. Not thread-safe: its owner locks.
/// </summary>
public sealed class RateBudget(int perSecond, TimeProvider time)
{
    private double _tokens = perSecond;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Takes as many of <paramref name="wanted"/> as there are.</summary>
    public int Take(int wanted)
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(perSecond, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond));
        _filledAt = now;
        var taken = Math.Min(wanted, (int)_tokens);
        _tokens -= taken;
        return taken;
    }
}
