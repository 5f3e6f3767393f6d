namespace LogConsole.Overview;

/// <summary>Events a second, mean of the last ten full seconds (of fewer when it is younger). Not thread-safe: its owner locks.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private const int Seconds = 10;

    private readonly long[] _counts = new long[Seconds + 1]; // [second modulo 11]
    private readonly long[] _secondOf = new long[Seconds + 1];
    private readonly long _born = Second(time);

    /// <summary>Counts events that happen now.</summary>
    public void Add(long events)
    {
        var now = Second(time);
        var slot = (int)(now % _counts.Length);
        if (_secondOf[slot] != now)
        {
            _secondOf[slot] = now;
            _counts[slot] = 0;
        }

        _counts[slot] += events;
    }

    /// <summary>The rate over the last full seconds; the running second is left out because it is not over.</summary>
    public double PerSecond()
    {
        var now = Second(time);
        long sum = 0;
        for (var slot = 0; slot < _counts.Length; slot++)
        {
            sum += _secondOf[slot] < now && _secondOf[slot] >= now - Seconds ? _counts[slot] : 0;
        }

        return sum / (double)Math.Clamp(now - _born, 1, Seconds);
    }

    private static long Second(TimeProvider time) => time.GetUtcNow().ToUnixTimeSeconds();
}
