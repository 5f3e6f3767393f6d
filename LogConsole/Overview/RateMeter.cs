namespace LogConsole.Overview;

/// <summary>Events a second, mean of the last ten full seconds; of all its time, at least a second, while it has not seen ten full ones. Not thread-safe: its owner locks.</summary>
internal sealed class RateMeter(TimeProvider time)
{
    private const int Seconds = 10;

    private readonly long[] _counts = new long[Seconds + 2]; // [second modulo 12]
    private readonly long[] _secondOf = new long[Seconds + 2];
    private readonly DateTimeOffset _born = time.GetUtcNow();

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

    /// <summary>The rate. Of the ten seconds the running one is left out because it is not over.</summary>
    public double PerSecond()
    {
        var age = (time.GetUtcNow() - _born).TotalSeconds;
        var now = Second(time);
        if (age <= Seconds + 1)
        {
            return _counts.Sum() / Math.Max(1, age);
        }

        long sum = 0;
        for (var slot = 0; slot < _counts.Length; slot++)
        {
            sum += _secondOf[slot] < now && _secondOf[slot] >= now - Seconds ? _counts[slot] : 0;
        }

        return sum / (double)Seconds;
    }

    private static long Second(TimeProvider time) => time.GetUtcNow().ToUnixTimeSeconds();
}
