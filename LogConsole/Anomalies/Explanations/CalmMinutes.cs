using LogConsole.Metrics;
using Npgsql;

namespace LogConsole.Anomalies.Explanations;

/// <summary>
/// The minutes of the clock that are known of a service from beginning to end: the service had been seen before, somebody of its origin (demo
/// or real) sent something in each of their windows, and no console began or ended to take records within them. Other minutes were cut
/// short, and their counts are no rates. Nor are there anomalies of the service in them: an earlier outage is not what is usual.
/// </summary>
internal static class CalmMinutes
{
    private const string Sql =
        """
        select m
        from generate_series($2::timestamptz, $3::timestamptz - interval '1 minute', interval '1 minute') m
        join services s on s.id = $1
        left join detector_states f on f.service_id = s.id
        where (f.first_window is null or m > f.first_window)
          and not exists (
            select from anomalies a
            where a.service_id = s.id and a.start_window < m + interval '1 minute' and a.last_window + interval '10 seconds' > m)
          and not exists (
            select from generate_series(m, m + interval '50 seconds', interval '10 seconds') w
            where not exists (
                select from rollup_severity r join services o on o.id = r.service_id
                where o.demo = s.demo and r.window_start in (w, m) and r.window_start + r.width_s * interval '1 second' > w))
        order by m
        """;

    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    /// <summary>The starts of the calm minutes in [from, to), both beginnings of minutes, ascending.</summary>
    public static async Task<IReadOnlyList<DateTimeOffset>> ReadAsync(
        NpgsqlConnection connection, int service, DateTimeOffset from, DateTimeOffset to, ListenedTime listened, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = service }, new NpgsqlParameter<DateTimeOffset> { TypedValue = from },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = to },
            },
        };
        var minutes = new List<DateTimeOffset>();
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            // Nobody listens to the time of an import: its minutes are as whole as its file.
            var minute = row.GetFieldValue<DateTimeOffset>(0);
            var heard = listened.Within(minute, minute + s_minute);
            if (heard == s_minute || heard == TimeSpan.Zero)
            {
                minutes.Add(minute);
            }
        }

        return minutes;
    }
}
