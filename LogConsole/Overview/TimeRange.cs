using LogConsole.Metrics;

namespace LogConsole.Overview;

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
