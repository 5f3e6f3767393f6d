namespace LogConsole.Pipeline;

/// <summary>
/// Percentiles of a duration over the last minute: six ten-second slots of logarithmic buckets (a quarter octave, 1 ms to about 17 min),
/// so answers are right to 19 %. Not thread-safe: its owner locks.
/// </summary>
internal sealed class LagWindow(TimeProvider time)
{
    private const int Slots = 6;
    private const int Buckets = 80;
    private const double SlotSeconds = 10;

    private readonly long[,] _counts = new long[Slots, Buckets]; // [slot, bucket]
    private readonly long[] _slotNumber = new long[Slots]; // [slot] → which ten seconds it holds

    /// <summary>Counts a duration for a number of records.</summary>
    public void Add(TimeSpan duration, int records)
    {
        var number = Now();
        var slot = (int)(number % Slots);
        if (_slotNumber[slot] != number)
        {
            _slotNumber[slot] = number;
            for (var b = 0; b < Buckets; b++)
            {
                _counts[slot, b] = 0;
            }
        }

        var bucket = duration.TotalMilliseconds <= 1 ? 0 : (int)(Math.Log2(duration.TotalMilliseconds) * 4);
        _counts[slot, Math.Clamp(bucket, 0, Buckets - 1)] += records;
    }

    /// <summary>The upper edge of the bucket in which the share lies; null when nothing was counted in the last minute.</summary>
    public TimeSpan? Percentile(double share)
    {
        var oldest = Now() - Slots + 1;
        Span<long> sums = stackalloc long[Buckets];
        sums.Clear();
        long total = 0;
        for (var slot = 0; slot < Slots; slot++)
        {
            for (var b = 0; b < Buckets && _slotNumber[slot] >= oldest; b++)
            {
                sums[b] += _counts[slot, b];
                total += _counts[slot, b];
            }
        }

        long seen = 0;
        for (var b = 0; b < Buckets && total > 0; b++)
        {
            seen += sums[b];
            if (seen >= share * total)
            {
                return TimeSpan.FromMilliseconds(Math.Pow(2, (b + 1) / 4.0));
            }
        }

        return null;
    }

    private long Now() => (long)(time.GetUtcNow().ToUnixTimeMilliseconds() / (SlotSeconds * 1000));
}
