using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Patterns;
using LogConsole.Pipeline;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;

namespace LogConsole.Api;

/// <summary>The console's key figures now, from committed rollups and the pipeline's counters.</summary>
internal sealed class CurrentFigures(
    Database database, RollupStore rollups, PipelineCounters counters, SampledHistory history, ServiceCatalog services, TemplateMiner miner, IngestionCounters doors, TimeProvider time)
{
    private const int Minute = 60;

    // Health is asked when things go wrong: it answers without the database rather than wait for it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Rates are over the last full minute of event time. Figures that need the database are null while it is away.</summary>
    public async Task<IReadOnlyDictionary<string, double?>> ReadAsync(CancellationToken cancellationToken)
    {
        var stats = counters.Snapshot();
        var patterns = miner.Figures;
        var (logs, errors) = await LastMinuteAsync(cancellationToken).ConfigureAwait(false);
        return new SortedDictionary<string, double?>(StringComparer.Ordinal)
        {
            ["log_rate"] = logs / (double?)Minute,
            ["error_rate"] = logs is null ? null : logs == 0 ? 0 : errors / (double)logs,
            ["errors_per_second"] = errors / (double?)Minute,
            ["storage_used"] = history.StorageBytes,
            ["services"] = services.Count,
            ["patterns_in_memory"] = patterns.TemplatesInMemory,
            ["patterns_forgotten_total"] = patterns.ForgottenTemplates,
            ["lines_under_catch_all_pattern_total"] = patterns.CatchAllLines,
            ["ingest_lag_seconds"] = stats.LagSeconds,
            ["queue_records"] = stats.QueuedRecords,
            ["queue_bytes"] = stats.QueuedBytes,
            ["records_stored_total"] = stats.Stored,
            ["records_duplicate_total"] = doors.Snapshot().Sum(door => door.Duplicates),
            ["records_rejected_total"] = doors.Snapshot().Sum(door => door.Rejected.Values.Sum()),
            ["records_dead_lettered_total"] = stats.DeadLettered,
            ["records_late_total"] = stats.Late,
            ["records_dropped_total"] = history.Dropped,
            ["process_allocated_bytes_total"] = GC.GetTotalAllocatedBytes(),
            ["process_working_set_bytes"] = Environment.WorkingSet,
        };
    }

    private async Task<(long? Logs, long? Errors)> LastMinuteAsync(CancellationToken cancellationToken)
    {
        if (!database.Status.IsReady)
        {
            return (null, null);
        }

        var to = BucketWidth.Floor(time.GetUtcNow(), BucketWidth.Rollup);
        try
        {
            var points = await rollups.SeverityAsync(to.AddSeconds(-Minute), to, TimeSpan.FromSeconds(Minute), null, cancellationToken)
                .WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(false);
            return (points.Sum(p => p.Count), points.Where(p => p.Band >= SeverityBand.Error).Sum(p => p.Count));
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or TimeoutException)
        {
            return (null, null);
        }
    }
}
