using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Anomalies;

/// <summary>Reads how all services fare, from committed data; callers within a second share one read. Thread-safe. Throws what the database throws.</summary>
public sealed class ServiceHealthReader(Database database, ListeningStore listening, IOptions<AnomalyOptions> options, TimeProvider time) : IDisposable
{
    private const int MaxServices = 2_000;
    private const int ShareMinutes = 5;

    private const string ServicesSql =
        """
        select s.id, s.name, s.demo, coalesce(d.condition, 1), coalesce(d.learned, 0),
               coalesce((select max(i.id) from incidents i where i.state <> 2 and s.id = any(i.service_ids)),
                        (select max(a.incident_id) from anomalies a where not a.ended and a.service_id = s.id))
        from services s left join detector_states d on d.service_id = s.id
        order by s.name, s.demo limit $1
        """;

    private const string MinutesSql =
        """
        select service_id, (extract(epoch from minute - $1) / 60)::int, sum(count)::bigint, coalesce(sum(count) filter (where severity >= $3), 0)::bigint,
               coalesce(sum(count) filter (where window_start = any($4)), 0)::bigint
        from (select service_id, date_bin('1 minute', window_start, $1) as minute, window_start, severity, count from rollup_severity where window_start >= $1 and window_start < $2) m
        group by 1, 2
        """;

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_kept = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private IReadOnlyList<ServiceHealth> _last = [];
    private DateTimeOffset _readAt = DateTimeOffset.MinValue;

    /// <summary>All services by name, at most 2,000.</summary>
    public async Task<IReadOnlyList<ServiceHealth>> ReadAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if (now - _readAt >= s_kept)
            {
                _last = await ReadNowAsync(now, cancellationToken).ConfigureAwait(false);
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

    private async Task<IReadOnlyList<ServiceHealth>> ReadNowAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var end = BucketWidth.Floor(now, BucketWidth.Rollup);
        var listened = await listening.ReadAsync(end - (ServiceHealth.SparklineMinutes * s_minute), end, cancellationToken).ConfigureAwait(false);
        var basis = RateBasis.Of(listened, end - s_minute, end);
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var minutes = await MinutesAsync(connection, end, basis, cancellationToken).ConfigureAwait(false);
        var health = new List<ServiceHealth>();
        await using var command = new NpgsqlCommand(ServicesSql, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = MaxServices } } };
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var id = row.GetInt32(0);
            var (records, errors, counted) = minutes.TryGetValue(id, out var known) ? known : (new long[ServiceHealth.SparklineMinutes], new long[ServiceHealth.SparklineMinutes], 0);
            var (recent, failed) = (records[^ShareMinutes..].Sum(), errors[^ShareMinutes..].Sum());
            var condition = (ServiceCondition)row.GetInt16(3);
            health.Add(new ServiceHealth(
                id, row.GetString(1), row.GetBoolean(2), condition, row.GetInt32(4), options.Value.WarmUpWindows, basis.Rate(counted),
                recent == 0 ? null : (double)failed / recent, Course(records, end, listened), row.IsDBNull(5) ? null : row.GetInt64(5)));
        }

        return health;
    }

    private static long?[] Course(long[] records, DateTimeOffset end, ListenedTime listened)
    {
        bool IsUnheard(int minutesBack) => !listened.Covers(end - (minutesBack * s_minute), end - ((minutesBack - 1) * s_minute));
        return [.. records.Select((count, i) => count == 0 && IsUnheard(records.Length - i) ? (long?)null : count)];
    }

    private static async Task<Dictionary<int, (long[] Records, long[] Errors, long Counted)>> MinutesAsync(
        NpgsqlConnection connection, DateTimeOffset end, RateBasis basis, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(MinutesSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset> { TypedValue = end - (ServiceHealth.SparklineMinutes * s_minute) },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = end },
                new NpgsqlParameter<short> { TypedValue = (short)SeverityBand.Error },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. basis.Windows] },
            },
        };
        var minutes = new Dictionary<int, (long[] Records, long[] Errors, long Counted)>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var id = row.GetInt32(0);
            if (!minutes.TryGetValue(id, out var series))
            {
                series = (new long[ServiceHealth.SparklineMinutes], new long[ServiceHealth.SparklineMinutes], 0);
            }

            (series.Records[row.GetInt32(1)], series.Errors[row.GetInt32(1)]) = (row.GetInt64(2), row.GetInt64(3));
            minutes[id] = series with { Counted = series.Counted + row.GetInt64(4) };
        }

        return minutes;
    }
}
