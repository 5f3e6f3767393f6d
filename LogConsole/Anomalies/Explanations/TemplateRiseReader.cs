using LogConsole.Metrics;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Anomalies.Explanations;

/// <summary>Counts templates before and during an incident.</summary>
internal sealed class TemplateRiseReader(Database database)
{
    private const string Sql =
        """
        select t.id, t.service_id, left(t.text, 2000), coalesce(sum(r.count) filter (where r.window_start >= $3), 0)::bigint,
               coalesce(sum(r.count) filter (where r.window_start < $3), 0)::bigint, min(r.window_start) filter (where r.window_start >= $3)
        from rollup_template r join templates t on t.id = r.template_id
        where r.window_start >= $2 and r.window_start < $4 and t.service_id = any($1)
        group by 1, 2, 3
        having count(*) filter (where r.window_start >= $3) > 0
        order by 4 desc, 1 limit 500
        """;

    private const string WindowsSql =
        """
        select template_id, window_start, sum(count)::bigint from rollup_template
        where template_id = any($1) and window_start >= $2 and window_start < $3
        group by 1, 2 order by 2, 1 limit 10000
        """;

    /// <summary>The 500 templates of the services with the most records in [start, end).</summary>
    public async Task<IReadOnlyList<TemplateRise>> ReadAsync(
        IEnumerable<int> services, DateTimeOffset beforeFrom, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken)
    {
        int[] ids = [.. services];
        var rises = new List<TemplateRise>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var known = await Coverage.ReadAsync(connection, ids, beforeFrom, start, cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int[]> { TypedValue = ids }, new NpgsqlParameter<DateTimeOffset> { TypedValue = beforeFrom },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = start }, new NpgsqlParameter<DateTimeOffset> { TypedValue = end },
            },
        };
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var (service, during, before) = (row.GetInt32(1), row.GetInt64(3), row.GetInt64(4));
            rises.Add(new TemplateRise(
                row.GetInt32(0), service, row.GetString(2), during, before, TemplateRises.Score(during, end - start, before, known[service]),
                TumblingWindow.Of(row.GetFieldValue<DateTimeOffset>(5)))
            { Usual = known[service] > TimeSpan.Zero ? before / (known[service] / BucketWidth.Rollup) : 0 });
        }

        return rises;
    }

    /// <summary>The records of templates window by window in [from, to), oldest first; windows without any are absent.</summary>
    public async Task<IReadOnlyList<(int TemplateId, long Window, long Count)>> WindowsAsync(
        IEnumerable<int> templateIds, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var windows = new List<(int TemplateId, long Window, long Count)>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(WindowsSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int[]> { TypedValue = [.. templateIds] }, new NpgsqlParameter<DateTimeOffset> { TypedValue = from },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = to },
            },
        };
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            windows.Add((row.GetInt32(0), TumblingWindow.Of(row.GetFieldValue<DateTimeOffset>(1)), row.GetInt64(2)));
        }

        return windows;
    }
}
