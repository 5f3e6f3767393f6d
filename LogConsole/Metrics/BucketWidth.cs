namespace LogConsole.Metrics;

/// <summary>Widths of chart buckets: always whole multiples of the stored 10 s rollups, so that a bucket is a plain sum.</summary>
public static class BucketWidth
{
    /// <summary>The width of a stored rollup.</summary>
    public static readonly TimeSpan Rollup = TimeSpan.FromSeconds(10);

    /// <summary>The width of a rollup whose detail is no longer kept.</summary>
    public static readonly TimeSpan Thinned = TimeSpan.FromMinutes(1);

    /// <summary>Buckets in a chart, at most.</summary>
    public const int MaxBuckets = 300;

    private const int PreferredBuckets = 180;

    // Each divides the next common clock unit, so that bucket borders fall on round times.
    private static readonly int[] s_seconds =
        [10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];

    /// <summary>The narrowest round width that needs at most 180 buckets: 10 s up to 30 min, 20 s for 1 h, 10 min for a day; whole days for very long ranges.</summary>
    public static TimeSpan For(TimeSpan length)
    {
        foreach (var seconds in s_seconds)
        {
            if (length.TotalSeconds <= (double)seconds * PreferredBuckets)
            {
                return TimeSpan.FromSeconds(seconds);
            }
        }

        return TimeSpan.FromDays(Math.Ceiling(length.TotalDays / PreferredBuckets));
    }

    /// <summary>The start of the bucket <paramref name="moment"/> lies in; buckets are counted from the Unix epoch, and none starts before the calendar does.</summary>
    public static DateTimeOffset Floor(DateTimeOffset moment, TimeSpan width)
    {
        var sinceEpoch = moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var into = sinceEpoch % width.Ticks;
        return new DateTimeOffset(Math.Max(0, moment.UtcTicks - (into < 0 ? into + width.Ticks : into)), TimeSpan.Zero);
    }
}
