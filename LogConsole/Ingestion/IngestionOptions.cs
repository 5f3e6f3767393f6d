using System.ComponentModel.DataAnnotations;

namespace LogConsole.Ingestion;

/// <summary>Limits every source shares. Section <c>Ingestion</c>.</summary>
public sealed class IngestionOptions
{
    public const string Section = "Ingestion";

    /// <summary>Records waiting for the pipeline, at most. Default 500,000. When reached, sources wait, then tell their senders to (429).</summary>
    [Range(1_000, 100_000_000)]
    public int QueueRecords { get; set; } = 500_000;

    /// <summary>Bytes of record buffers waiting for the pipeline, at most. Default 256 MiB. One delivery larger than this is let in alone.</summary>
    [Range(1 << 20, long.MaxValue)]
    public long QueueBytes { get; set; } = 256L << 20;

    /// <summary>How long a source waits for room in the queue before it answers 429. Default 2 s.</summary>
    public TimeSpan QueuePatience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest message kept, bytes of UTF-8; the rest is cut at a character and the record marked. Default 1 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int MaxLineBytes { get; set; } = 1 << 20;

    /// <summary>
    /// Most attributes kept of one record, and of one resource, bytes of JSON; members that do not fit are left out whole and the record marked. Default 256 KiB.
    /// </summary>
    [Range(1024, 16 << 20)]
    public int MaxAttributesBytes { get; set; } = 256 << 10;

    /// <summary>Timestamps further ahead of our clock than this are kept and flagged. Default 1 h.</summary>
    public TimeSpan FarFuture { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Timestamps further behind our clock than this are kept and flagged. Default 7 days.</summary>
    public TimeSpan FarPast { get; set; } = TimeSpan.FromDays(7);
}
