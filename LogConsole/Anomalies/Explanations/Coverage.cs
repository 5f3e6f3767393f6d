using LogConsole.Metrics;
using Npgsql;

namespace LogConsole.Anomalies.Explanations;

/// <summary>
/// How much of a stretch is known of a service: from its first window on, the windows in which anybody of its origin (demo or real) sent
/// something. A rate over more than that would be made up.
/// </summary>
internal static class Coverage
{
    private const string Sql =
        """
        with told as (
            select d.demo, w as window_start
            from generate_series($2::timestamptz, $3::timestamptz - interval '10 seconds', interval '10 seconds') w, (values (false), (true)) d (demo)
            where exists (
                select from rollup_severity r join services o on o.id = r.service_id
                where o.demo = d.demo and r.window_start in (w, date_trunc('minute', w)) and r.window_start + r.width_s * interval '1 second' > w))
        select s.id, count(t.window_start)
        from services s
        left join detector_states f on f.service_id = s.id
        left join told t on t.demo = s.demo and (f.first_window is null or t.window_start >= f.first_window)
        where s.id = any($1)
        group by 1
        """;

    /// <summary>The time known of each service in [from, to), by service. Both are starts of windows.</summary>
    public static async Task<IReadOnlyDictionary<int, TimeSpan>> ReadAsync(
        NpgsqlConnection connection, IEnumerable<int> services, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int[]> { TypedValue = [.. services] }, new NpgsqlParameter<DateTimeOffset> { TypedValue = from },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = to },
            },
        };
        var covered = new Dictionary<int, TimeSpan>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            covered[row.GetInt32(0)] = row.GetInt64(1) * BucketWidth.Rollup;
        }

        return covered;
    }
}
