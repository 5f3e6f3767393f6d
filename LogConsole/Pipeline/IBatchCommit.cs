using LogConsole.Ingestion;

namespace LogConsole.Pipeline;

/// <summary>Writes a batch, its change set and its deliveries' identities and checkpoints in ONE transaction.</summary>
public interface IBatchCommit
{
    /// <summary>
    /// Commits, or says why not. Throws what the database threw; after an exception nothing is known to be written
    /// until <see cref="WasCommittedAsync"/> answered.
    /// </summary>
    ValueTask<CommitResult> CommitAsync(LogBatch batch, IReadOnlyList<IStageChange> changes, CancellationToken cancellationToken);

    /// <summary>
    /// After a commit whose answer was lost: the result when the last attempt did become durable, else null. Waits for an attempt that is still running on the server.
    /// </summary>
    ValueTask<CommitResult?> WasCommittedAsync(CancellationToken cancellationToken);

    /// <summary>Writes the batch and always rolls back: tells whether the database would take it. Throws what the database threw.</summary>
    ValueTask ProbeAsync(LogBatch batch, IReadOnlyList<IStageChange> changes, CancellationToken cancellationToken);

    /// <summary>No more batches come: gives back what the writer holds. Throws what the database threw.</summary>
    ValueTask ReleaseAsync(CancellationToken cancellationToken);
}

/// <summary>The answer to a commit.</summary>
/// <param name="Committed">True when everything is durable; false when nothing was written.</param>
/// <param name="Sequence">The writer's commit number, 1, 2, 3, …; 0 when not committed.</param>
/// <param name="FirstId">Id of the first record; the others follow in steps of <see cref="RecordIds.Step"/>.</param>
/// <param name="Duplicates">When not committed: deliveries whose identity is already known.</param>
/// <param name="Superseded">When not committed: deliveries whose checkpoint moved under another owner.</param>
public sealed record CommitResult(
    bool Committed, long Sequence, long FirstId, IReadOnlyList<Delivery> Duplicates, IReadOnlyList<Delivery> Superseded);

/// <summary>Told about every batch after it is durable and in-memory state has advanced. Runs on the pipeline loop: must be quick and must not throw.</summary>
public interface IBatchObserver
{
    /// <summary>Record text is valid only during the call.</summary>
    void OnCommitted(LogBatch batch, CommitResult result);
}
