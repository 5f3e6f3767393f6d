namespace LogConsole.Metrics;

/// <summary>What a viewer looks at. Equal views show equal data, so their reads can be shared.</summary>
/// <param name="Range">The time shown.</param>
/// <param name="Service">Only this service, or null for all. Comes from the URL: may name a service that does not exist, which shows nothing.</param>
public sealed record OverviewView(TimeRange Range, string? Service = null);

/// <summary>The time a page shows: the last so-many minutes, moving with the clock, or a fixed stretch.</summary>
public sealed record TimeRange
{
    private TimeRange(TimeSpan length, DateTimeOffset? from)
    {
        Length = length;
        From = from;
    }

    /// <summary>How much time is shown; positive, whole seconds for live ranges.</summary>
    public TimeSpan Length { get; }

    /// <summary>Start of a fixed range (inclusive, UTC); null when the range ends now.</summary>
    public DateTimeOffset? From { get; }

    /// <summary>End of a fixed range (exclusive, UTC); null when the range ends now.</summary>
    public DateTimeOffset? To => From + Length;

    /// <summary>Whether the range moves with the clock.</summary>
    public bool IsLive => From is null;

    /// <summary>The width of a bucket of this range: see <see cref="BucketWidth.For"/>.</summary>
    public TimeSpan Bucket => BucketWidth.For(Length);

    /// <summary>The last <paramref name="length"/> up to now.</summary>
    public static TimeRange Last(TimeSpan length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(length, TimeSpan.Zero);
        return new TimeRange(length, null);
    }

    /// <summary>A fixed stretch; <paramref name="to"/> lies after <paramref name="from"/>.</summary>
    public static TimeRange Between(DateTimeOffset from, DateTimeOffset to)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        return new TimeRange(to - from, from.ToUniversalTime());
    }
}

/// <summary>Widths of chart buckets: always whole multiples of the stored 10 s rollups, so that a bucket is a plain sum.</summary>
public static class BucketWidth
{
    /// <summary>The width of a stored rollup.</summary>
    public static readonly TimeSpan Rollup = TimeSpan.FromSeconds(10);

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
