using LogConsole.Anomalies.Detection;
using LogConsole.Ingestion;
using LogConsole.Logs;
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
    /// Rates are over what was listened to of the six newest complete windows of event time; totals count since the process started. Figures that need the database
    /// are null while it is away.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, double?>> ReadAsync(CancellationToken cancellationToken)
    {
        var stats = counters.Snapshot();
        var patterns = miner.Figures;
        var (logs, errors, seconds, lag) = await LastMinuteAsync(cancellationToken).ConfigureAwait(false);
        return new SortedDictionary<string, double?>(StringComparer.Ordinal)
        {
            ["log_rate"] = logs / seconds,
            ["error_rate"] = logs is null ? null : logs == 0 ? 0 : errors / (double)logs,
            ["errors_per_second"] = errors / seconds,
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

    private async Task<(long? Logs, long? Errors, double? Seconds, double? Lag)> LastMinuteAsync(CancellationToken cancellationToken)
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

            // Nobody listening is no reason to know nothing: records of that time may have been handed in later.
            var logs = points.Sum(p => p.Count);
            var seconds = listened.Within(from, to).TotalSeconds is > 0 and var heard ? heard : logs > 0 ? Minute : (double?)null;
            return (logs, points.Where(p => p.Band >= SeverityBand.Error).Sum(p => p.Count), seconds, lag);
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException)
        {
            return default;
        }
    }
}
