using System.ComponentModel.DataAnnotations;

namespace LogConsole.Pipeline;

/// <summary>How records are gathered and processed. Section <c>Pipeline</c>.</summary>
public sealed class PipelineOptions
{
    public const string Section = "Pipeline";

    /// <summary>Records in a batch, at most; a larger delivery is a batch of its own. Default 50,000.</summary>
    [Range(1, 5_000_000)]
    public int MaxBatchRecords { get; set; } = 50_000;

    /// <summary>Bytes of record buffers in a batch, at most. Default 32 MiB.</summary>
    [Range(1 << 16, long.MaxValue)]
    public long MaxBatchBytes { get; set; } = 32L << 20;

    /// <summary>How long an unfilled batch waits for more, counted from its first delivery. Default 5 ms. While a batch is written others gather anyway.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan MaxBatchAge { get; set; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Lanes a batch forks into for the stages; 0 = one a core. Default 0.</summary>
    [Range(0, 64)]
    public int Lanes { get; set; }

    /// <summary>Services told apart; records of further ones stand under <c>_other</c> and keep their name in an attribute. Default 2,000.</summary>
    [Range(1, 30_000)]
    public int MaxServices { get; set; } = 2_000;

    /// <summary>First pause after a failed write; doubles up to <see cref="MaxRetryDelay"/>. Default 100 ms.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest pause between tries while the database is away. Default 2 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:10:00")]
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(2);
}
