using LogConsole.Ingestion;

namespace LogConsole.Pipeline;

/// <summary>What the pipeline is doing.</summary>
public enum PipelineCondition
{
    /// <summary>Waiting for the database and loading its state.</summary>
    Starting,

    /// <summary>Processing.</summary>
    Running,

    /// <summary>The database is away; the batch is tried again, sources are held.</summary>
    Retrying,

    /// <summary>Paused on purpose, e.g. because the disk is nearly full.</summary>
    Paused,

    /// <summary>Draining or stopped.</summary>
    Stopped,
}

/// <summary>A snapshot of the pipeline since the process started. Every record of a delivery is in exactly one of the outcome counts.</summary>
/// <param name="Condition">Now.</param>
/// <param name="Reason">Why it is not running, or null.</param>
/// <param name="Stored">Records made durable.</param>
/// <param name="Duplicates">Records of deliveries that were known.</param>
/// <param name="DeadLettered">Records kept as dead letters.</param>
/// <param name="Late">Of the stored, those beyond their window's lateness.</param>
/// <param name="Batches">Committed batches.</param>
/// <param name="Retries">Attempts that failed because the database was away.</param>
/// <param name="CommitSequence">This writer's last commit.</param>
/// <param name="LastCommitAt">When it was, or null.</param>
/// <param name="QueuedRecords">Records in the queue or in the batch being written.</param>
/// <param name="QueuedBytes">Bytes of their buffers.</param>
/// <param name="WaitingSources">Sources waiting for room.</param>
/// <param name="LagSeconds">95th percentile over the last minute of: receipt → durable, or the age of the batch being written when that is more; null when there is neither.</param>
public sealed record PipelineStats(
    PipelineCondition Condition,
    string? Reason,
    long Stored,
    long Duplicates,
    long DeadLettered,
    long Late,
    long Batches,
    long Retries,
    long CommitSequence,
    DateTimeOffset? LastCommitAt,
    long QueuedRecords,
    long QueuedBytes,
    int WaitingSources,
    double? LagSeconds)
{
    /// <summary>What processing and writing the last batch took, its retries included; null before the first.</summary>
    public double? LastBatchSeconds { get; init; }
}

/// <summary>Counts what the pipeline does. Written by the pipeline loop, read from any thread.</summary>
public sealed class PipelineCounters(IngestionQueue queue, IngestGate gate, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly LagWindow _lag = new(time);
    private long _begun;
    private DateTimeOffset? _writing; // when the oldest delivery in the batch being written was received
    private TimeSpan _lastLag;
    private PipelineStats _stats = new(PipelineCondition.Starting, "waiting for the database", 0, 0, 0, 0, 0, 0, 0, null, 0, 0, 0, 0);

    /// <summary>The counts now.</summary>
    public PipelineStats Snapshot()
    {
        var (records, bytes, waiting) = queue.Level;
        lock (_lock)
        {
            var held = _stats.Condition == PipelineCondition.Running ? gate.Reason : null;
            return _stats with
            {
                Condition = held is null ? _stats.Condition : PipelineCondition.Paused,
                Reason = held ?? _stats.Reason,
                QueuedRecords = records,
                QueuedBytes = bytes,
                WaitingSources = waiting,
                LagSeconds = LagNow(),
            };
        }
    }

    /// <summary>The longest of the last minute's waits from receipt to durable, the one going on included, seconds, to 19 %; null when there was none.</summary>
    public double? LongestLag()
    {
        lock (_lock)
        {
            return LagNow(share: 1);
        }
    }

    private double? LagNow(double share = 0.95)
    {
        var written = _lag.Percentile(share)?.TotalSeconds;
        var waits = _writing is { } since ? (time.GetUtcNow() - since).TotalSeconds : (double?)null;
        return written > waits || waits is null ? written : waits;
    }

    /// <summary>Age of the oldest record in the batch being written; between batches what the last one took.</summary>
    public TimeSpan CurrentLag()
    {
        lock (_lock)
        {
            return _writing is { } received ? time.GetUtcNow() - received : _lastLag;
        }
    }

    internal void Begin(LogBatch batch)
    {
        lock (_lock)
        {
            _writing = batch.Deliveries[0].ReceivedAt;
            _begun = time.GetTimestamp();
        }
    }

    // Whatever came of the batch, nothing is being written now.
    internal void End()
    {
        lock (_lock)
        {
            _writing = null;
            if (_stats.Condition == PipelineCondition.Retrying)
            {
                _stats = _stats with { Condition = PipelineCondition.Running, Reason = null };
            }
        }
    }

    internal void Set(PipelineCondition condition, string? reason = null)
    {
        lock (_lock)
        {
            _stats = _stats with { Condition = condition, Reason = reason };
        }
    }

    internal void CountRetry()
    {
        lock (_lock)
        {
            _stats = _stats with { Retries = _stats.Retries + 1 };
        }
    }

    internal void CountDuplicates(long records)
    {
        lock (_lock)
        {
            _stats = _stats with { Duplicates = _stats.Duplicates + records };
        }
    }

    internal void CountCommit(LogBatch batch, CommitResult result)
    {
        var now = time.GetUtcNow();
        var late = 0;
        foreach (var flags in batch.Flags)
        {
            late += flags.HasFlag(LogRecordFlags.Late) ? 1 : 0;
        }

        lock (_lock)
        {
            _stats = _stats with
            {
                Stored = _stats.Stored + batch.Records.Length,
                DeadLettered = _stats.DeadLettered + batch.DeadLetters.Count,
                Late = _stats.Late + late,
                Batches = _stats.Batches + 1,
                CommitSequence = result.Sequence,
                LastCommitAt = now,
                LastBatchSeconds = time.GetElapsedTime(_begun).TotalSeconds,
            };
            if (batch.Records.Length != 0)
            {
                _lastLag = now - batch.Deliveries[0].ReceivedAt;
                _lag.Add(_lastLag, batch.Records.Length);
            }
        }
    }
}
