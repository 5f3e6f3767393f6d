using LogConsole.Ingestion;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Pipeline;

/// <summary>
/// Takes one batch to its end: stages, commit, and only then in-memory state, settling and observers. Waits out a database that is away,
/// looks up a commit whose answer was lost, sets duplicates aside, and finds poison records. Used by the pipeline loop only.
/// </summary>
internal sealed partial class BatchProcessor(
    StageRunner stages,
    IBatchCommit commit,
    IEnumerable<IBatchObserver> observers,
    PipelineCounters counters,
    Database database,
    IOptions<PipelineOptions> options,
    TimeProvider time,
    ILogger<BatchProcessor> logger)
{
    // The same internal fault of the server this many times over is taken for the records' fault.
    private const int StubbornAttempts = 4;

    private readonly IBatchObserver[] _observers = [.. observers];

    /// <summary>Returns when every delivery of the batch is settled. Throws only for a fault of ours, or at the deadline.</summary>
    public async Task CommitAsync(LogBatch batch, CancellationToken deadline)
    {
        var retry = new Backoff(time, options.Value.RetryDelay, options.Value.MaxRetryDelay);
        var refusals = 0;
        var stubborn = 0;
        var repeats = new List<Delivery>();
        while (batch.Deliveries.Count != 0)
        {
            IReadOnlyList<IStageChange> changes = [];
            CommitResult? result;
            try
            {
                changes = await stages.RunAsync(batch).ConfigureAwait(false);
                result = await commit.CommitAsync(batch, changes, deadline).ConfigureAwait(false);
            }
            catch (Exception e) when (!deadline.IsCancellationRequested)
            {
                stubborn = WriteFailures.MayBeARecord(e) ? stubborn + 1 : 0;
                if (batch.Records.Length != 0 && (WriteFailures.Classify(e) == WriteFailure.Poison || stubborn >= StubbornAttempts))
                {
                    stubborn = 0;
                    batch = await IsolateAsync(batch, e, refusals++, retry, deadline).ConfigureAwait(false);
                    continue;
                }

                result = await RecoverAsync(e, retry, deadline).ConfigureAwait(false);
            }

            if (result is null)
            {
                continue;
            }

            if (result.Committed)
            {
                Finish(batch, changes, result);
                SettleDuplicates(repeats);
                return;
            }

            batch = SetAside(batch, result, repeats);
        }
    }

    // The database did not answer. When it does, it may tell that the commit had gone through.
    private async Task<CommitResult?> RecoverAsync(Exception failure, Backoff retry, CancellationToken deadline)
    {
        while (true)
        {
            counters.CountRetry();
            var reason = DatabaseFaults.Describe(failure);
            counters.Set(PipelineCondition.Retrying, reason);
            LogRetrying(reason);
            if (failure is not StaleWriterException)
            {
                database.ReportAway(failure);
            }

            await retry.WaitAsync(deadline).ConfigureAwait(false);
            try
            {
                return await commit.WasCommittedAsync(deadline).ConfigureAwait(false);
            }
            catch (Exception e) when (!deadline.IsCancellationRequested)
            {
                failure = e;
            }
        }
    }

    private async Task<LogBatch> IsolateAsync(LogBatch batch, Exception failure, int refusals, Backoff retry, CancellationToken deadline)
    {
        LogBisecting(batch.Records.Length, WriteFailures.Reason(failure));
        try
        {
            var poison = await PoisonSearch.FindAsync(batch, slice => ProbeAsync(slice, deadline)).ConfigureAwait(false);
            if (poison.Count == 0 && refusals > 0)
            {
                // Each record is fine alone and the batch is still refused: keep them all, replayable, rather than stop the source.
                poison = [.. batch.Records.Select((record, i) =>
                    new PoisonRecord(batch.Deliveries[batch.DeliveryOf[i]], record, WriteFailures.Reason(failure)))];
            }

            return batch.WithDeadLetters(poison);
        }
        catch (Exception e) when (!deadline.IsCancellationRequested && WriteFailures.Classify(e) == WriteFailure.Unavailable)
        {
            await RecoverAsync(e, retry, deadline).ConfigureAwait(false);
            return batch;
        }
    }

    private async Task ProbeAsync(LogBatch slice, CancellationToken deadline)
    {
        var changes = await stages.RunAsync(slice).ConfigureAwait(false);
        await commit.ProbeAsync(slice, changes, deadline).ConfigureAwait(false);
    }

    // A repeat of a delivery in this very batch is a duplicate only once that one is durable: it waits in the list.
    private LogBatch SetAside(LogBatch batch, CommitResult result, List<Delivery> repeats)
    {
        var kept = batch.Deliveries.Except(result.Duplicates).Where(delivery => delivery.Identity is not null)
            .Select(delivery => (delivery.Identity!.Owner, delivery.Identity.Key)).ToHashSet();
        var known = result.Duplicates.ToLookup(delivery => kept.Contains((delivery.Identity!.Owner, delivery.Identity.Key)));
        repeats.AddRange(known[true]);
        SettleDuplicates(known[false]);

        foreach (var delivery in result.Superseded)
        {
            delivery.Settle(DeliveryOutcome.Superseded);
        }

        return batch.Without(delivery => result.Duplicates.Contains(delivery) || result.Superseded.Contains(delivery));
    }

    private void SettleDuplicates(IEnumerable<Delivery> duplicates)
    {
        foreach (var delivery in duplicates)
        {
            delivery.Settle(DeliveryOutcome.Duplicate(delivery.Records.Count));
            counters.CountDuplicates(delivery.Records.Count);
        }
    }

    private void Finish(LogBatch batch, IReadOnlyList<IStageChange> changes, CommitResult result)
    {
        database.ReportBack();
        foreach (var change in changes)
        {
            change.Apply();
        }

        counters.CountCommit(batch, result);
        counters.Set(PipelineCondition.Running);
        foreach (var observer in _observers)
        {
            Tell(observer, batch, result);
        }

        foreach (var delivery in batch.Deliveries)
        {
            var dead = batch.DeadLetters.Where(letter => ReferenceEquals(letter.Delivery, delivery))
                .Select(letter => new LineError(letter.Record.Line, letter.Reason)).ToArray();
            delivery.Settle(new DeliveryOutcome(DeliveryStatus.Committed, delivery.Records.Count - dead.Length, 0, dead.Length, dead));
        }
    }

    // What is durable stays durable when somebody who only looks on fails.
    private void Tell(IBatchObserver observer, LogBatch batch, CommitResult result)
    {
        try
        {
            observer.OnCommitted(batch, result);
        }
        catch (Exception e)
        {
            LogObserverFailed(e, observer.GetType().Name);
        }
    }

    [LoggerMessage(1107, LogLevel.Error, "{Observer} failed on a committed batch; the records are stored, what it shows may lack them")]
    private partial void LogObserverFailed(Exception exception, string observer);

    [LoggerMessage(1103, LogLevel.Warning, "The database does not take the batch, it is tried again: {Reason}")]
    private partial void LogRetrying(string reason);

    [LoggerMessage(1104, LogLevel.Warning, "A batch of {Records} records is refused, looking for the record: {Reason}")]
    private partial void LogBisecting(int records, string reason);
}
