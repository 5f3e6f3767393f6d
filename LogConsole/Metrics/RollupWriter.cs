using LogConsole.Ingestion;
using LogConsole.Pipeline;
using Npgsql;

namespace LogConsole.Metrics;

/// <summary>Adds a batch's counts to the rollup tables, inside the batch's transaction: one statement a table.</summary>
internal static class RollupWriter
{
    private const string SeveritySql =
        """
        insert into rollup_severity as r (window_start, service_id, severity, writer, width_s, count, last_arrival)
        select to_timestamp(w * 10.0), s, v, $1, 10, c, $2 from unnest($3::bigint[], $4::int[], $5::smallint[], $6::bigint[]) as d(w, s, v, c)
        on conflict (window_start, service_id, severity, writer, width_s)
        do update set count = r.count + excluded.count, last_arrival = excluded.last_arrival
        """;

    private const string TemplateSql =
        """
        insert into rollup_template as r (window_start, template_id, writer, width_s, count, last_arrival)
        select to_timestamp(w * 10.0), t, $1, 10, c, $2 from unnest($3::bigint[], $4::int[], $5::bigint[]) as d(w, t, c)
        on conflict (window_start, template_id, writer, width_s)
        do update set count = r.count + excluded.count, last_arrival = excluded.last_arrival
        """;

    private const string ArrivalSql =
        """
        insert into rollup_arrival as r (arrival_window, event_window, service_id, writer, received, late)
        select to_timestamp(a * 10.0), to_timestamp(e * 10.0), s, $1, c, l
        from unnest($2::bigint[], $3::bigint[], $4::int[], $5::bigint[], $6::bigint[]) as d(a, e, s, c, l)
        on conflict (arrival_window, event_window, service_id, writer)
        do update set received = r.received + excluded.received, late = r.late + excluded.late
        """;

    private const string ClockSql =
        """
        insert into watermarks as w (source, max_event_time, updated_at)
        select s, t, $1 from unnest($2::text[], $3::timestamptz[]) as d(s, t)
        on conflict (source) do update set max_event_time = greatest(w.max_event_time, excluded.max_event_time), updated_at = excluded.updated_at
        """;

    /// <summary>Writes the three rollups.</summary>
    public static async Task WriteAsync(BatchTransaction transaction, RollupDelta delta, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (delta.Severity.Count == 0)
        {
            return;
        }

        var writer = new NpgsqlParameter<short> { TypedValue = transaction.Writer };
        var arrival = new NpgsqlParameter<DateTimeOffset> { TypedValue = now };
        await using var batch = new NpgsqlBatch(transaction.Connection);
        batch.BatchCommands.Add(Command(SeveritySql, writer, arrival,
            Array(delta.Severity, item => item.Window), Array(delta.Severity, item => item.ServiceId),
            Array(delta.Severity, item => (short)item.Band), Array(delta.Severity, item => item.Count)));
        batch.BatchCommands.Add(Command(ArrivalSql, writer.Clone(),
            Array(delta.Arrival, item => item.ArrivalWindow), Array(delta.Arrival, item => item.EventWindow), Array(delta.Arrival, item => item.ServiceId),
            Array(delta.Arrival, item => item.Received), Array(delta.Arrival, item => item.Late)));
        if (delta.Template.Count != 0)
        {
            batch.BatchCommands.Add(Command(TemplateSql, writer.Clone(), arrival.Clone(),
                Array(delta.Template, item => item.Window), Array(delta.Template, item => item.TemplateId), Array(delta.Template, item => item.Count)));
        }

        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Keeps the sources' clocks.</summary>
    public static async Task WriteClocksAsync(
        BatchTransaction transaction, IReadOnlyDictionary<string, SourceClock> clocks, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (clocks.Count == 0)
        {
            return;
        }

        var sorted = clocks.OrderBy(item => item.Key, StringComparer.Ordinal).ToList();
        await using var command = new NpgsqlCommand(ClockSql, transaction.Connection)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                Array(sorted, item => item.Key),
                Array(sorted, item => new LogTimestamp(item.Value.MaxEventMicroseconds).ToDateTimeOffset()),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlBatchCommand Command(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }

    private static NpgsqlParameter<TValue[]> Array<TItem, TValue>(List<TItem> items, Func<TItem, TValue> value) =>
        new() { TypedValue = [.. items.Select(value)] };
}
