using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Pipeline;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;

namespace LogConsole.Overview;

/// <summary>How the console itself is doing, read at most once a second for all viewers. Thread-safe.</summary>
internal sealed class StatusReader(
    Database database, PipelineCounters counters, RollupStore rollups, OverviewQueries queries, ServiceCatalog services, IngestGate gate, ReceivedRate received, TimeProvider time)
    : IDisposable
{
    private static readonly TimeSpan s_recently = TimeSpan.FromMinutes(15);

    // A database that hangs must show at once, not when a command gives up.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    // Other instances add services too.
    private static readonly TimeSpan s_namesEvery = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _turn = new(1);
    private ConsoleStatus? _last;
    private DateTimeOffset _readAt;
    private DateTimeOffset _namesAt;

    /// <summary>The newest status; while the database is away the last figures with the new condition.</summary>
    public async Task<ConsoleStatus> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if (_last is null || now - _readAt >= TimeSpan.FromSeconds(1) || _last.Database != database.Status)
            {
                _last = await NextAsync(now, cancellationToken).ConfigureAwait(false);
                _readAt = now;
            }

            return _last;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<ConsoleStatus> NextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var stats = counters.Snapshot();
        var next = (_last ?? new ConsoleStatus { Database = database.Status }) with
        {
            Database = database.Status,
            IngestPaused = gate.Reason,
            ReceivedPerSecond = received.PerSecond(),
            LagSeconds = stats.LastCommitAt is null && stats.QueuedRecords == 0 ? null : counters.CurrentLag().TotalSeconds,
        };
        if (!next.Database.IsReady)
        {
            return next;
        }

        try
        {
            var arrival = await rollups.ArrivalAsync(
                BucketWidth.Floor(now - s_recently, BucketWidth.Rollup), now, TimeSpan.Zero, null, cancellationToken)
                .WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(false);
            if (now - _namesAt >= s_namesEvery)
            {
                await services.RefreshAsync(cancellationToken).ConfigureAwait(false);
                _namesAt = now;
            }

            var dropped = await queries.DroppedAsync(now - s_recently, cancellationToken).WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(false);
            var names = services.All.Select(service => service.Name).Distinct(StringComparer.Ordinal).ToList();
            return next with
            {
                Late = arrival.Late,
                Dropped = dropped.Recent,
                DeadLetters = await queries.DeadLettersAsync(cancellationToken).WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(false),
                Services = names.SequenceEqual(next.Services) ? next.Services : names,
            };
        }
        catch (TimeoutException)
        {
            return next with { Database = new DatabaseStatus(DatabaseCondition.Away, now, "the database does not answer") };
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or DatabaseUnavailableException)
        {
            return next with { Database = new DatabaseStatus(DatabaseCondition.Away, now, DatabaseFaults.Describe(e)) };
        }
    }
}

/// <summary>Records that reached an end in the pipeline, a second. Fed by the pipeline loop, read from any thread.</summary>
internal sealed class ReceivedRate(TimeProvider time) : IBatchObserver
{
    private readonly Lock _lock = new();
    private readonly RateMeter _rate = new(time);

    /// <inheritdoc/>
    public void OnCommitted(LogBatch batch, CommitResult result)
    {
        lock (_lock)
        {
            _rate.Add(batch.Records.Length + batch.DeadLetters.Count);
        }
    }

    /// <summary>Mean of the last ten seconds.</summary>
    public double PerSecond()
    {
        lock (_lock)
        {
            return _rate.PerSecond();
        }
    }
}
