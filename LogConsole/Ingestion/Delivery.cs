namespace LogConsole.Ingestion;

/// <summary>
/// Records of one source with what must be committed beside them. A delivery is committed whole in one transaction, never split.
/// The source awaits <see cref="Settled"/> before it acknowledges.
/// </summary>
public sealed class Delivery
{
    // Continuations run elsewhere: the pipeline loop settles deliveries and must not execute a source's code.
    private readonly TaskCompletionSource<DeliveryOutcome> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The source's name as shown to people, e.g. <c>http</c> or <c>http:shop</c>; bounded by the configured keys.</summary>
    public required string Source { get; init; }

    /// <summary>In the source's order; may be empty.</summary>
    public required IReadOnlyList<LogRecord> Records { get; init; }

    /// <summary>Bytes of memory its buffers hold, counted against the queue's limit.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Set for requests that can be recognised when repeated.</summary>
    public RequestIdentity? Identity { get; init; }

    /// <summary>Set for sources with a position.</summary>
    public CheckpointMove? Checkpoint { get; init; }

    /// <summary>Set when its one record is this dead letter, sent again: the commit closes it, or puts the new one in its place.</summary>
    public long? DeadLetterId { get; init; }

    /// <summary>True for records of the demo stream: they never mix with real ones.</summary>
    public bool IsDemo { get; init; }

    /// <summary>When the queue took it, by our clock: where its lag is counted from.</summary>
    public DateTimeOffset ReceivedAt { get; internal set; }

    /// <summary>Records it was let into the queue with: its source may empty <see cref="Records"/> as soon as it is settled.</summary>
    internal int QueuedRecords { get; set; }

    /// <summary>Completes, never faults, once the records' fate is durable.</summary>
    public Task<DeliveryOutcome> Settled => _settled.Task;

    /// <summary>Called once by the pipeline (or the queue on shutdown); later calls are ignored.</summary>
    public void Settle(DeliveryOutcome outcome) => _settled.TrySetResult(outcome);
}
