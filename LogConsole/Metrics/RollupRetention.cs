using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Metrics;

/// <summary>
/// Turns 10 s rollups that nobody changed for long into 1 min ones, and drops the oldest. Sums stay the same; the writers are joined.
/// Ages are counted from the last change, so old data loaded today is not thinned at once.
/// </summary>
public sealed class RollupRetention(Database database, IOptions<MetricsOptions> options, TimeProvider time)
{
    private const string SeveritySql =
        """
        with old as (
            delete from rollup_severity where width_s = 10 and last_arrival < $1
            returning window_start, service_id, severity, writer, count, last_arrival
        )
        insert into rollup_severity as r (window_start, service_id, severity, writer, width_s, count, last_arrival)
        select date_bin('1 minute', window_start, 'epoch'), service_id, severity, writer, 60, sum(count), max(last_arrival)
        from old group by 1, 2, 3, 4
        on conflict (window_start, service_id, severity, writer, width_s)
        do update set count = r.count + excluded.count, last_arrival = greatest(r.last_arrival, excluded.last_arrival)
        """;

    private const string TemplateSql =
        """
        with old as (
            delete from rollup_template where width_s = 10 and last_arrival < $1
            returning window_start, template_id, writer, count, last_arrival
        )
        insert into rollup_template as r (window_start, template_id, writer, width_s, count, last_arrival)
        select date_bin('1 minute', window_start, 'epoch'), template_id, writer, 60, sum(count), max(last_arrival)
        from old group by 1, 2, 3
        on conflict (window_start, template_id, writer, width_s)
        do update set count = r.count + excluded.count, last_arrival = greatest(r.last_arrival, excluded.last_arrival)
        """;

    private const string ArrivalSql = "delete from rollup_arrival where arrival_window < $1";

    private static readonly string[] s_dropSql =
    [
        "delete from rollup_severity where last_arrival < $1",
        "delete from rollup_template where last_arrival < $1",
    ];

    /// <summary>One round; each statement is a transaction of its own. Throws what the database throws.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, SeveritySql, now - options.Value.FineRetention, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, TemplateSql, now - options.Value.FineRetention, cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, ArrivalSql, now - options.Value.FineRetention, cancellationToken).ConfigureAwait(false);
        foreach (var sql in s_dropSql)
        {
            await ExecuteAsync(connection, sql, now - options.Value.CoarseRetention, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = before } } };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
