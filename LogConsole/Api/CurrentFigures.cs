using LogConsole.Anomalies.Detection;
using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Patterns;
using LogConsole.Pipeline;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;
using LogConsole.Telemetry;

namespace LogConsole.Api;

/// <summary>The console's key figures now, from committed rollups and the pipeline's counters.</summary>
internal sealed class CurrentFigures(
    Database database, RollupStore rollups, PipelineCounters counters, SampledHistory history, ServiceCatalog services, TemplateMiner miner, IngestionCounters doors,
    ListeningStore listening, DetectionLag detection, ProcessStart start, TimeProvider time)
{
    private const int Minute = 60;

    // Health is asked when things go wrong: it answers without the database rather than wait for it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Rates are over those of the six newest complete windows of event time that were listened to all through (<see cref="RateBasis"/>); totals count since the process started. Figures that need the database
    /// are null while it is away.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, double?>> ReadAsync(CancellationToken cancellationToken)
    {
        var stats = counters.Snapshot();
        var patterns = miner.Figures;
        var (rate, errorsPerSecond, errorShare, lag) = await LastMinuteAsync(cancellationToken).ConfigureAwait(false);
        return new SortedDictionary<string, double?>(StringComparer.Ordinal)
        {
            ["log_rate"] = rate,
            ["error_rate"] = errorShare,
            ["errors_per_second"] = errorsPerSecond,
            ["storage_used"] = history.StorageBytes,
            ["services"] = services.Count,
            ["patterns_in_memory"] = patterns.TemplatesInMemory,
            ["patterns_forgotten_total"] = patterns.ForgottenTemplates,
            ["lines_under_catch_all_pattern_total"] = patterns.CatchAllLines,
            ["detection_lag_seconds"] = lag,
            ["ingest_lag_seconds"] = stats.LagSeconds,
            ["queue_records"] = stats.QueuedRecords,
            ["queue_bytes"] = stats.QueuedBytes,
            ["records_stored_total"] = stats.Stored,
            ["records_duplicate_total"] = doors.Snapshot().Sum(door => door.Duplicates),
            ["records_rejected_total"] = doors.Snapshot().Sum(door => door.Rejected.Values.Sum()),
            ["records_dead_lettered_total"] = stats.DeadLettered,
            ["records_late_total"] = stats.Late,
            ["records_dropped_total"] = history.Dropped,
            ["process_start_time_seconds"] = start.At.ToUnixTimeMilliseconds() / 1000.0,
            ["process_allocated_bytes_total"] = GC.GetTotalAllocatedBytes(),
            ["process_working_set_bytes"] = Environment.WorkingSet,
        };
    }

    private async Task<(double? Rate, double? ErrorsPerSecond, double? ErrorShare, double? Lag)> LastMinuteAsync(CancellationToken cancellationToken)
    {
        if (!database.Status.IsReady)
        {
            return default;
        }

        var to = BucketWidth.Floor(time.GetUtcNow(), BucketWidth.Rollup);
        var from = to.AddSeconds(-Minute);
        try
        {
            var points = await rollups.SeverityAsync(from, to, BucketWidth.Rollup, null, cancellationToken).WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(false);
            var listened = await listening.ReadAsync(from, to, cancellationToken).WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(false);
            var lag = await detection.ReadAsync(cancellationToken).WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(false);

            var basis = RateBasis.Of(listened, from, to);
            var rate = basis.Rate(points.Where(point => basis.Windows.Contains(point.Start)).Sum(point => point.Count));
            var errors = points.Where(point => point.Band >= SeverityBand.Error).ToList();
            var logs = points.Sum(point => point.Count);
            return (
                rate,
                rate is null ? null : basis.Rate(errors.Where(point => basis.Windows.Contains(point.Start)).Sum(point => point.Count)) ?? 0,
                logs == 0 ? 0 : errors.Sum(point => point.Count) / (double)logs,
                lag);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException)
        {
            return default;
        }
    }
}
