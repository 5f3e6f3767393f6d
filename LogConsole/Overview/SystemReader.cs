using System.Globalization;
using System.Runtime.InteropServices;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Pipeline;
using LogConsole.Storage;
using LogConsole.Telemetry;
using Microsoft.Extensions.Options;

namespace LogConsole.Overview;

/// <summary>One snapshot of the whole console for all viewers, taken at most once a second; what is dear to ask for is asked less often. Thread-safe.</summary>
internal sealed class SystemReader(
    StatusReader status, PipelineCounters counters, IngestionCounters doors, SourceTally tally, SystemQueries queries, SegmentRetention segments, IDiskSpace disk,
    IOptions<IngestionOptions> ingestion, IOptions<LogsOptions> logs, TimeProvider time, ProcessStart? start = null)
    : IDisposable
{
    private static readonly TimeSpan s_often = TimeSpan.FromSeconds(1);

    // Sizes of tables and of the database are files the server has to look at.
    private static readonly TimeSpan s_rarely = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _turn = new(1);
    private readonly SystemVersions _versions = new(
        HealthEndpoints.Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription,
        string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}"), start?.At);

    private SystemSnapshot? _last;
    private IReadOnlyList<SourceProgress> _progress = [];

    /// <summary>The newest snapshot; while the database is away with what it told last.</summary>
    public async Task<SystemSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if (_last is null || now - _last.At >= s_often)
            {
                _last = await NextAsync(now, cancellationToken).ConfigureAwait(false);
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

    private async Task<SystemSnapshot> NextAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await status.ReadAsync(cancellationToken).ConfigureAwait(false);
        var stored = _last?.Stored;
        if (known.Database.IsReady)
        {
            try
            {
                stored = await StoredAsync(stored, now, cancellationToken).WaitAsync(s_patience, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                known = known with { Database = new DatabaseStatus(DatabaseCondition.Away, now, "the database does not answer") };
            }
            catch (Exception e) when (e is Npgsql.NpgsqlException or DatabaseUnavailableException)
            {
                known = known with { Database = new DatabaseStatus(DatabaseCondition.Away, now, DatabaseFaults.Describe(e)) };
            }
        }

        return new SystemSnapshot
        {
            At = now,
            Status = known,
            Pipeline = counters.Snapshot(),
            Queue = new QueueCapacity(ingestion.Value.QueueRecords, ingestion.Value.QueueBytes),
            Batches = tally.Batches(),
            Sources = SystemSources.Of(doors.Snapshot(), tally.Counts(), _progress),
            Limits = logs.Value,
            DiskFreePercent = disk.FreePercent(),
            Versions = _versions,
            Stored = stored,
        };
    }

    private async Task<SystemDatabase> StoredAsync(SystemDatabase? last, DateTimeOffset now, CancellationToken cancellationToken)
    {
        _progress = await queries.SourcesAsync(cancellationToken).ConfigureAwait(false);
        var newest = await queries.NewestDeadLetterAsync(cancellationToken).ConfigureAwait(false);
        var jobs = await queries.JobsAsync(cancellationToken).ConfigureAwait(false);
        var writers = await queries.WritersAsync(cancellationToken).ConfigureAwait(false);
        if (last is not null && now - last.MeasuredAt < s_rarely)
        {
            return last with { ReadAt = now, NewestDeadLetter = newest, Jobs = jobs, Writers = writers };
        }

        var measured = await segments.MeasureAsync(cancellationToken).ConfigureAwait(false);
        return new SystemDatabase(
            now,
            now,
            await queries.FactsAsync(cancellationToken).ConfigureAwait(false),
            await queries.ExtensionsAsync(cancellationToken).ConfigureAwait(false),
            jobs,
            writers,
            RetentionFigures.Of(measured, logs.Value, now),
            newest);
    }
}
