using LogConsole.Logs;
using LogConsole.Pipeline;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Overview;

/// <summary>
/// What the rollups do not hold: ingest lag, sampled every ten seconds and kept for two hours and more, since this process started; and storage used and records dropped, as they are.
/// Written by one timer, read from any thread.
/// </summary>
internal sealed class SampledHistory(
    PipelineCounters counters, SegmentRetention retention, OverviewQueries queries, Database database, TimeProvider time, ILogger<SampledHistory> logger)
    : BackgroundLoop(time, logger)
{
    private const int Kept = 800;

    private readonly Lock _lock = new();
    private readonly Queue<(DateTimeOffset At, double? LagSeconds)> _samples = new(Kept);
    private long? _storageBytes;
    private long? _dropped;

    /// <inheritdoc/>
    public override string Name => "sampled history";

    /// <summary>The samples of the lag in [from, to], oldest first.</summary>
    public IReadOnlyList<(DateTimeOffset At, double? LagSeconds)> Between(DateTimeOffset from, DateTimeOffset to)
    {
        lock (_lock)
        {
            return [.. _samples.Where(sample => sample.At >= from && sample.At <= to)];
        }
    }

    /// <summary>Bytes the log tables took at the last look, or null before the first.</summary>
    public long? StorageBytes
    {
        get
        {
            lock (_lock)
            {
                return _storageBytes;
            }
        }
    }

    /// <summary>Records dropped by a policy of all instances, ever, at the last look; null before the first.</summary>
    public long? Dropped
    {
        get
        {
            lock (_lock)
            {
                return _dropped;
            }
        }
    }

    /// <inheritdoc/>
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await database.WhenReadyAsync(cancellationToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10), Time);
        while (true)
        {
            await MeasureAsync(cancellationToken).ConfigureAwait(false);
            Sample();
            Beat();
            if (!await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            {
                return;
            }
        }
    }

    private void Sample()
    {
        var lag = counters.LongestLag();
        lock (_lock)
        {
            if (_samples.Count == Kept)
            {
                _samples.Dequeue();
            }

            _samples.Enqueue((Time.GetUtcNow(), lag));
        }
    }

    private async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (!database.Status.IsReady)
        {
            return;
        }

        try
        {
            var bytes = await retention.DiskBytesAsync(cancellationToken).ConfigureAwait(false);
            var (_, dropped) = await queries.DroppedAsync(DateTimeOffset.MaxValue, cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                _storageBytes = bytes;
                _dropped = dropped;
            }
        }
        catch (NpgsqlException)
        {
            // The database is away, which others say: the last measurement stands.
        }
    }
}
