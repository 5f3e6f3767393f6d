using LogConsole.Ingestion;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Pipeline;

/// <summary>
/// The one loop between the sources and the database: gathers deliveries into batches and hands them to the <see cref="BatchProcessor"/>,
/// one after the other, so the deliveries of a source are committed in their order.
/// </summary>
/// <remarks>
/// Stopping: the queue takes no more, what is in it is drained until the host's shutdown deadline, the rest is abandoned and counted aloud.
/// </remarks>
internal sealed partial class LogPipeline(
    IngestionQueue queue,
    BatchProcessor processor,
    IBatchCommit commit,
    IEnumerable<IPipelineState> states,
    PipelineCounters counters,
    IngestGate gate,
    Database database,
    IOptions<PipelineOptions> options,
    TimeProvider time,
    ILogger<LogPipeline> logger) : IHostedService, IDisposable
{
    private readonly IPipelineState[] _states = [.. states];
    private readonly CancellationTokenSource _deadline = new();
    private readonly SemaphoreSlim _turn = new(1);
    private Task _loop = Task.CompletedTask;
    private volatile bool _started;
    private bool _stale; // guarded by _turn: memory may not be what the tables say

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
        if (_started)
        {
            LogDraining(queued);
        }

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

        await ReleaseAsync(cancellationToken).ConfigureAwait(false);
        counters.Set(PipelineCondition.Stopped);
        if (_started || abandoned != 0)
        {
            LogStopped(counters.Snapshot().Stored, abandoned);
        }
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
            _stale = true;
            await action(cancellationToken).ConfigureAwait(false);

            // Whoever asked may be gone by now; memory must follow the tables all the same.
            await LoadStatesAsync(CancellationToken.None).ConfigureAwait(false);
            _stale = false;
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

    // The writer's number is free at once for another instance; without this it is an hour later.
    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await commit.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (WriteFailures.Classify(e) == WriteFailure.Unavailable)
        {
            LogNotReleased(DatabaseFaults.Describe(e));
        }
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
                    if (_stale)
                    {
                        await StartUpAsync(deadline).ConfigureAwait(false);
                    }

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
        catch (Exception) when (deadline.IsCancellationRequested)
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
                _stale = false;
                return;
            }
            catch (Exception e) when (!deadline.IsCancellationRequested)
            {
                var reason = DatabaseFaults.Describe(e);
                LogLoadFailed(reason);
                counters.Set(PipelineCondition.Starting, reason);
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
            await processor.CommitAsync(batch, deadline).ConfigureAwait(false);
        }
        finally
        {
            foreach (var delivery in deliveries)
            {
                // Whoever is not settled by now was cut off by the deadline.
                delivery.Settle(DeliveryOutcome.Abandoned);
                queue.Release(delivery);
            }

            counters.End();
        }
    }

    [LoggerMessage(1101, LogLevel.Information, "Stopping: no more deliveries are taken, {Records} records are drained")]
    private partial void LogDraining(long records);

    [LoggerMessage(1102, LogLevel.Information, "Pipeline stopped: {Stored} records stored since start, {Abandoned} left unwritten and unacknowledged")]
    private partial void LogStopped(long stored, int abandoned);

    [LoggerMessage(1108, LogLevel.Information, "The writer number could not be given back: {Reason}")]
    private partial void LogNotReleased(string reason);

    [LoggerMessage(1106, LogLevel.Error, "The pipeline met a fault of its own and reloads its state; senders are told to repeat")]
    private partial void LogFault(Exception exception);

    [LoggerMessage(1105, LogLevel.Warning, "The stored state could not be loaded, trying again: {Reason}")]
    private partial void LogLoadFailed(string reason);
}
