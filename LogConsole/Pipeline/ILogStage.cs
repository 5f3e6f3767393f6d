using Npgsql;

namespace LogConsole.Pipeline;

/// <summary>
/// One step of the pipeline. A stage reads its committed state and adds to the batch's change set; it touches no shared state,
/// so a batch that is rolled back, probed or bisected leaves no trace. One batch is in the stages at a time.
/// </summary>
public interface ILogStage
{
    /// <summary>Starts this stage's change for one attempt at a batch that is processed in <paramref name="laneCount"/> lanes.</summary>
    IStageChange Begin(LogBatch batch, int laneCount);
}

/// <summary>What one stage decided about one attempt at a batch. Dropped without a call when the attempt fails.</summary>
public interface IStageChange
{
    /// <summary>
    /// Processes the records of one lane, in order. All records of a service are in one lane; lanes run at the same time.
    /// </summary>
    /// <param name="lane">0 … laneCount - 1.</param>
    /// <param name="indices">Indices into the batch's columns.</param>
    void Process(int lane, ReadOnlySpan<int> indices);

    /// <summary>Writes the change inside the batch's transaction, in stage order, before the rows are written.</summary>
    ValueTask WriteAsync(BatchTransaction transaction, CancellationToken cancellationToken);

    /// <summary>Advances in-memory state after the commit; called on the pipeline loop, must not throw.</summary>
    void Apply();
}

/// <summary>The transaction a batch is written in.</summary>
/// <param name="Connection">Open, inside the transaction.</param>
/// <param name="Batch">The batch being written.</param>
/// <param name="Writer">The leased number of this instance, 0–1023: the writer column of rollups.</param>
public sealed record BatchTransaction(NpgsqlConnection Connection, LogBatch Batch, short Writer);
