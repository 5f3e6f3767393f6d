using System.ComponentModel.DataAnnotations;

namespace LogConsole.Metrics;

/// <summary>Windows and how long rollups are kept. Section <c>Metrics</c>.</summary>
public sealed class MetricsOptions
{
    public const string Section = "Metrics";

    /// <summary>How far behind its source's watermark a record may be without counting as late. It is stored and counted either way. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan AllowedLateness { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A source whose newest event time is within this of our clock is live: our clock closes its windows too. Default 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan LiveWithin { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>10 s rollups become 1 min rollups after this, counted from their last change: at least two hours, twice what a live view shows. Default 14 days.</summary>
    [Range(typeof(TimeSpan), "02:00:00", "36500.00:00:00")]
    public TimeSpan FineRetention { get; set; } = TimeSpan.FromDays(14);

    /// <summary>1 min rollups are dropped after this, counted from their last change. Default 400 days.</summary>
    [Range(typeof(TimeSpan), "00:10:00", "36500.00:00:00")]
    public TimeSpan CoarseRetention { get; set; } = TimeSpan.FromDays(400);

    /// <summary>Longest answer of a series query, points. Default 5,000; a finer step is widened and said.</summary>
    [Range(10, 1_000_000)]
    public int MaxPoints { get; set; } = 5_000;
}
