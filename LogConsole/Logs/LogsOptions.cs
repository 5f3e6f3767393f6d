using System.ComponentModel.DataAnnotations;

namespace LogConsole.Logs;

/// <summary>How long and how much is kept, and what a query may cost. Section <c>Logs</c>.</summary>
public sealed class LogsOptions
{
    public const string Section = "Logs";

    /// <summary>Rows older than this (by arrival) are dropped, a segment at a time. Default 7 days.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "36500.00:00:00")]
    public TimeSpan RetentionAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Bytes the log tables may take with their indexes; the oldest segments are dropped beyond it. Default 10 GB.</summary>
    [Range(64L << 20, long.MaxValue)]
    public long RetentionBytes { get; set; } = 10_000_000_000;

    /// <summary>A segment is closed when it holds this much, at most a twentieth of <see cref="RetentionBytes"/>. Default 512 MiB.</summary>
    [Range(1L << 20, long.MaxValue)]
    public long SegmentBytes { get; set; } = 512L << 20;

    /// <summary>A segment is closed when it is this old. Default 1 day.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "3650.00:00:00")]
    public TimeSpan SegmentAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Ingest pauses, loudly, when less than this share of the disk is free; it goes on at one point more. Default 5 (percent).</summary>
    [Range(0, 90)]
    public double MinFreeDiskPercent { get; set; } = 5;

    /// <summary>
    /// Dead letters older than this are removed, replayed or not; those nobody replayed count as dropped
    /// (<c>records_dropped_total</c> of <c>/api/metrics</c>, the bar of every page). Default 30 days.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "36500.00:00:00")]
    public TimeSpan DeadLetterAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often segments are looked at for retention. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HousekeepingInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest a page of a query may take before it is cut off with what was found. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan QueryTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
