using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Storage;

namespace LogConsole.Overview;

/// <summary>Everything the Overview page shows at one moment. Immutable; parts that did not change since the last value are the same instances.</summary>
public sealed record OverviewSnapshot
{
    /// <summary>The database. While it is away the other parts keep what was read last.</summary>
    public required DatabaseStatus Database { get; init; }

    /// <summary>When <see cref="Chart"/> and <see cref="Numbers"/> were read, by our clock; null before the first read.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>False when the console holds no record at all, whatever the view: the page then says how to send one. True while that is not known.</summary>
    public bool HasRecords { get; init; } = true;

    /// <summary>Volume by severity; null before the first read.</summary>
    public OverviewChart? Chart { get; init; }

    /// <summary>The row of five numbers; null before the first read.</summary>
    public OverviewNumbers? Numbers { get; init; }

    /// <summary>Records that arrived during the range but say they happened outside it; null when there are none.</summary>
    public OutsideRange? OutsideRange { get; init; }

    /// <summary>The newest lines.</summary>
    public OverviewLines Lines { get; init; } = OverviewLines.None;
}

/// <summary>Counts per bucket and severity over the view's range.</summary>
/// <param name="From">Start of the first bucket's slot: a multiple of <paramref name="Width"/>.</param>
/// <param name="To">End of the range: now for a live view, so the last bucket usually reaches beyond it.</param>
/// <param name="Width">A multiple of 10 s: <see cref="TimeRange.Bucket"/>, or a minute where only minutes are kept of the counts.</param>
/// <param name="Buckets">
/// Oldest first, at most <see cref="BucketWidth.MaxBuckets"/>. A slot without a bucket is unknown (nobody was listening, or the data is gone)
/// and stays empty on screen; a bucket of zeros says that nothing came.
/// </param>
public sealed record OverviewChart(DateTimeOffset From, DateTimeOffset To, TimeSpan Width, IReadOnlyList<OverviewBucket> Buckets);

/// <summary>One bucket of the chart.</summary>
/// <param name="Start">Inclusive, UTC.</param>
/// <param name="Counts">Records by <see cref="SeverityBand"/>: <see cref="SeverityBands.Count"/> entries, never changed.</param>
/// <param name="Provisional">The bucket is not over yet.</param>
public sealed record OverviewBucket(DateTimeOffset Start, IReadOnlyList<long> Counts, bool Provisional);

/// <summary>The row of five numbers. All respect the view's service except the lag, which is the console's.</summary>
public sealed record OverviewNumbers
{
    /// <summary>Records a second by event time: the mean over what is known of the range.</summary>
    public required NumberOverTime EventsPerSecond { get; init; }

    /// <summary>Records of severity error and above, as a share 0–1 of all; null where there were no records.</summary>
    public required NumberOverTime ErrorShare { get; init; }

    /// <summary>Patterns first seen in the range.</summary>
    public required NumberOverTime NewPatterns { get; init; }

    /// <summary>Patterns known in all.</summary>
    public required long Patterns { get; init; }

    /// <summary>Seconds from receipt to durable: the highest of the minutes' 95th percentiles over the range.</summary>
    public required NumberOverTime IngestLagSeconds { get; init; }

    /// <summary>Incidents that are open or acknowledged at the end of the range, by our clock; before: at its beginning.</summary>
    public required NumberOverTime OpenIncidents { get; init; }

    /// <summary>When the lag was first measured within the range and the stretch before it; null when never. It is not kept over a restart.</summary>
    public DateTimeOffset? MeasuredSince { get; init; }
}

/// <summary>One number over the range.</summary>
/// <param name="Value">Over the range; null when unknown.</param>
/// <param name="Previous">The same over the equally long stretch before the range; null when unknown, as when less than nine tenths of it was listened to.</param>
/// <param name="Spark">The course over the range, oldest first, 2–60 points evenly spaced, null where unknown; empty when there is no course to show.</param>
public sealed record NumberOverTime(double? Value, double? Previous, IReadOnlyList<double?> Spark)
{
    public static NumberOverTime Unknown { get; } = new(null, null, []);
}

/// <summary>Records that arrived during the range but happened outside it: old data being loaded, senders that were cut off, or clocks that are off.</summary>
/// <param name="Count">How many arrived; more than 0.</param>
/// <param name="From">Event time of the earliest that is no stray, or a little before.</param>
/// <param name="To">Event time of the latest that is no stray, or a little after; later than <paramref name="From"/>.</param>
/// <param name="Future">Of those, how many say they happened after they arrived: only a clock does that.</param>
/// <param name="Strays">Of those, how many lie outside even of <paramref name="From"/> to <paramref name="To"/>, at times before 1980 or more than an hour after their arrival.</param>
public sealed record OutsideRange(long Count, DateTimeOffset From, DateTimeOffset To, long Future = 0, long Strays = 0);

/// <summary>The newest lines of the view.</summary>
/// <param name="Newest">Newest first, at most <see cref="MaxLines"/>: by arrival in a live view, by event time in a fixed one.</param>
/// <param name="MatchingPerSecond">How fast matching records arrive now; 0 in a fixed view.</param>
/// <param name="ShownPerSecond">How many of those reach the page; less when the feed samples or drops.</param>
public sealed record OverviewLines(IReadOnlyList<OverviewLine> Newest, double MatchingPerSecond, double ShownPerSecond)
{
    /// <summary>Lines shown, at most.</summary>
    public const int MaxLines = 50;

    public static OverviewLines None { get; } = new([], 0, 0);
}

/// <summary>One log line, as hostile as it arrived.</summary>
/// <param name="Id">The record id.</param>
/// <param name="Timestamp">Event time, UTC.</param>
/// <param name="SeverityNumber">0–24.</param>
/// <param name="Service">At most 128 characters.</param>
/// <param name="Body">The message, at most 2 KiB of UTF-8, cut at a character.</param>
/// <param name="BodyCut">Whether <paramref name="Body"/> is only the beginning.</param>
/// <param name="Flags">What was odd about it.</param>
public sealed record OverviewLine(
    long Id, DateTimeOffset Timestamp, byte SeverityNumber, string Service, string Body, bool BodyCut, LogRecordFlags Flags);
