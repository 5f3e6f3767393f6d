using LogConsole.Ingestion;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Pipeline;

/// <summary>
/// The one loop between the sources and the database: gathers deliveries into a batch, runs the stages, commits, and only then
/// advances in-memory state, settles the deliveries and tells the observers. Batches are processed one after the other,
/// so the deliveries of a source are committed in their order.
/// </summary>
/// <remarks>
/// Stopping: the queue takes no more, what is in it is drained until the host's shutdown deadline, the rest is abandoned and counted aloud.
/// </remarks>
internal sealed partial class LogPipeline(
    IngestionQueue queue,
    StageRunner stages,
    IBatchCommit commit,
    IEnumerable<IPipelineState> states,
    IEnumerable<IBatchObserver> observers,
    PipelineCounters counters,
    IngestGate gate,
    Database database,
    IOptions<PipelineOptions> options,
    TimeProvider time,
    ILogger<LogPipeline> logger) : IHostedService, IDisposable
{
    private readonly IPipelineState[] _states = [.. states];
    private readonly IBatchObserver[] _observers = [.. observers];
    private readonly CancellationTokenSource _deadline = new();
    private readonly SemaphoreSlim _turn = new(1);
    private Task _loop = Task.CompletedTask;
    private volatile bool _started;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _loop = Task.Run(() => RunAsync(_deadline.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var (queued, _, _) = queue.Level;
        LogDraining(queued);
        queue.Complete();
        if (!_started && !database.Status.IsReady)
        {
            // The database never came: doors took nothing, so there is nothing to drain.
            await _deadline.CancelAsync().ConfigureAwait(false);
        }

        await using (cancellationToken.Register(_deadline.Cancel).ConfigureAwait(false))
        {
            await _loop.ConfigureAwait(false);
        }

        var abandoned = 0;
        while (queue.TryTake(out var delivery))
        {
            abandoned += delivery.Records.Count;
            delivery.Settle(DeliveryOutcome.Abandoned);
        }

        counters.Set(PipelineCondition.Stopped);
        LogStopped(counters.Snapshot().Stored, abandoned);
    }

    /// <summary>Waits until everything that is in the queue now is durable. False when the pipeline stops before that.</summary>
    public async Task<bool> FlushAsync(CancellationToken cancellationToken)
    {
        var marker = new Delivery { Source = "flush", Records = [], SizeBytes = 0 };
        return await queue.EnqueueAsync(marker, cancellationToken).ConfigureAwait(false) == EnqueueResult.Accepted
            && (await marker.Settled.WaitAsync(cancellationToken).ConfigureAwait(false)).Status == DeliveryStatus.Committed;
    }

    /// <summary>Runs an action between two batches and reloads all in-memory state after it.</summary>
    public async Task RunBetweenBatchesAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await action(cancellationToken).ConfigureAwait(false);
            await LoadStatesAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _deadline.Dispose();
        _turn.Dispose();
    }

    private async Task RunAsync(CancellationToken deadline)
    {
        try
        {
            await StartUpAsync(deadline).ConfigureAwait(false);
            _started = true;
            counters.Set(PipelineCondition.Running);
            while (await queue.WaitToTakeAsync(deadline).ConfigureAwait(false))
            {
                await gate.WhenOpenAsync(deadline).ConfigureAwait(false);
                var deliveries = await GatherAsync(deadline).ConfigureAwait(false);
                await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                try
                {
                    await ProcessAsync(deliveries, deadline).ConfigureAwait(false);
                }
                catch (Exception e) when (!deadline.IsCancellationRequested)
                {
                    // A fault of ours behind the commit: memory may lag behind the tables, so it is read anew, and the loop lives on.
                    LogFault(e);
                    await StartUpAsync(deadline).ConfigureAwait(false);
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            // The deadline of stopping: StopAsync says what was left.
        }
    }

    // Nothing is taken from the queue before the state that stages read is the committed one.
    private async Task StartUpAsync(CancellationToken deadline)
    {
        var retry = new Backoff(time, options.Value.RetryDelay, options.Value.MaxRetryDelay);
        while (true)
        {
            await database.WhenReadyAsync(deadline).ConfigureAwait(false);
            try
            {
                await LoadStatesAsync(deadline).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!deadline.IsCancellationRequested)
            {
                LogLoadFailed(e.Message);
                counters.Set(PipelineCondition.Starting, e.Message);
                await retry.WaitAsync(deadline).ConfigureAwait(false);
            }
        }
    }

    private async Task LoadStatesAsync(CancellationToken cancellationToken)
    {
        foreach (var state in _states)
        {
            await state.LoadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask<List<Delivery>> GatherAsync(CancellationToken deadline)
    {
        var limits = options.Value;
        var deliveries = new List<Delivery>();
        var started = time.GetTimestamp();
        long records = 0;
        long bytes = 0;
        while (true)
        {
            while (queue.TryPeek(out var next))
            {
                var fits = records + next.Records.Count <= limits.MaxBatchRecords && bytes + next.SizeBytes <= limits.MaxBatchBytes;
                if (deliveries.Count != 0 && !fits)
                {
                    return deliveries;
                }

                queue.TryTake(out _);
                deliveries.Add(next);
                records += next.Records.Count;
                bytes += next.SizeBytes;
            }

            // A marker alone (flush) or an old enough batch goes at once.
            var left = limits.MaxBatchAge - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero || records == 0 || records >= limits.MaxBatchRecords)
            {
                return deliveries;
            }

            try
            {
                if (!await queue.WaitToTakeAsync(deadline).AsTask().WaitAsync(left, time, deadline).ConfigureAwait(false))
                {
                    return deliveries;
                }
            }
            catch (TimeoutException)
            {
                return deliveries;
            }
        }
    }

    private async Task ProcessAsync(List<Delivery> deliveries, CancellationToken deadline)
    {
        try
        {
            var batch = LogBatch.Of(deliveries);
            counters.Begin(batch);
            await CommitAsync(batch, deadline).ConfigureAwait(false);
        }
        finally
        {
            foreach (var delivery in deliveries)
            {
                // Whoever is not settled by now was cut off by the deadline.
                delivery.Settle(DeliveryOutcome.Abandoned);
                queue.Release(delivery);
            }
        }
    }

    private async Task CommitAsync(LogBatch batch, CancellationToken deadline)
    {
        var retry = new Backoff(time, options.Value.RetryDelay, options.Value.MaxRetryDelay);
        var refusals = 0;
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
                if (WriteFailures.Classify(e) == WriteFailure.Poison)
                {
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
                return;
            }

            batch = SetAside(batch, result);
        }
    }

    // The database did not answer. When it does, it may tell that the commit had gone through.
    private async Task<CommitResult?> RecoverAsync(Exception failure, Backoff retry, CancellationToken deadline)
    {
        while (true)
        {
            counters.CountRetry();
            counters.Set(PipelineCondition.Retrying, failure.Message);
            LogRetrying(failure.Message);
            if (failure is not StaleWriterException)
            {
                database.ReportAway(failure.Message);
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

    private LogBatch SetAside(LogBatch batch, CommitResult result)
    {
        foreach (var delivery in result.Duplicates)
        {
            delivery.Settle(DeliveryOutcome.Duplicate(delivery.Records.Count));
            counters.CountDuplicates(delivery.Records.Count);
        }

        foreach (var delivery in result.Superseded)
        {
            delivery.Settle(DeliveryOutcome.Superseded);
        }

        return batch.Without(delivery => result.Duplicates.Contains(delivery) || result.Superseded.Contains(delivery));
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
            observer.OnCommitted(batch, result);
        }

        foreach (var delivery in batch.Deliveries)
        {
            var dead = batch.DeadLetters.Where(letter => ReferenceEquals(letter.Delivery, delivery))
                .Select(letter => new LineError(letter.Record.Line, letter.Reason)).ToArray();
            delivery.Settle(new DeliveryOutcome(DeliveryStatus.Committed, delivery.Records.Count - dead.Length, 0, dead.Length, dead));
        }
    }

    [LoggerMessage(1001, LogLevel.Information, "Stopping: no more deliveries are taken, {Records} records are drained")]
    private partial void LogDraining(long records);

    [LoggerMessage(1002, LogLevel.Information, "Pipeline stopped: {Stored} records stored since start, {Abandoned} left unwritten and unacknowledged")]
    private partial void LogStopped(long stored, int abandoned);

    [LoggerMessage(1003, LogLevel.Warning, "The database does not take the batch, it is tried again: {Reason}")]
    private partial void LogRetrying(string reason);

    [LoggerMessage(1004, LogLevel.Warning, "A batch of {Records} records is refused, looking for the record: {Reason}")]
    private partial void LogBisecting(int records, string reason);

    [LoggerMessage(1006, LogLevel.Error, "The pipeline met a fault of its own and reloads its state; senders are told to repeat")]
    private partial void LogFault(Exception exception);

    [LoggerMessage(1005, LogLevel.Warning, "The stored state could not be loaded, trying again: {Reason}")]
    private partial void LogLoadFailed(string reason);
}
