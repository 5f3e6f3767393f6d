using LogConsole.Ingestion;
using LogConsole.Metrics;
using Npgsql;

namespace LogConsole.Anomalies.Detection;

/// <summary>Which windows of a service were written since a moment.</summary>
/// <param name="LastArrival">The newest write.</param>
internal readonly record struct RollupChange(int ServiceId, long Window, DateTimeOffset LastArrival);

/// <summary>One service in one window, all writers summed.</summary>
internal readonly record struct WindowTotals(long Window, int ServiceId, long Records, long Errors);

/// <summary>A template and the window it was first seen in.</summary>
internal readonly record struct FirstSighting(int TemplateId, int ServiceId, long Window);

/// <summary>Records of a template in one window, all writers summed.</summary>
internal readonly record struct TemplateTotals(int TemplateId, long Window, long Count);

/// <summary>What detection reads: committed rollups, clocks and templates, on the caller's connection and snapshot.</summary>
internal static class DetectionInput
{
    /// <summary>New templates looked at in one chunk; further ones are counted as overlooked.</summary>
    public const int MaxNewTemplates = 100;

    private const string ChangesSql =
        """
        select service_id, window_start, max(last_arrival)
        from rollup_severity where last_arrival >= $1 and width_s = 10
        group by 1, 2
        """;

    private const string FirstChangesSql =
        """
        select service_id, min(window_start), max(window_start), max(last_arrival)
        from rollup_severity where width_s = 10
        group by 1
        """;

    private const string FirstFilledSql = "select min(window_start) from rollup_severity where window_start >= $1 and width_s = 10";

    private const string SourcesSql = "select max_event_time, updated_at from watermarks";

    private const string WindowsSql =
        """
        select window_start, service_id, sum(count)::bigint, coalesce(sum(count) filter (where severity >= $3), 0)::bigint
        from rollup_severity where window_start >= $1 and window_start < $2 and width_s = 10
        group by 1, 2 order by 1, 2
        """;

    // A template the miner forgot and made anew has an older one of the same words.
    private const string NewTemplatesSql =
        """
        select t.id, t.service_id, t.first_seen
        from templates t
        where t.first_seen >= $1 and t.first_seen < $2 and t.service_id = any($3)
          and not exists (select from templates o where o.service_id = t.service_id and o.text = t.text and o.id < t.id)
        order by t.id limit $4
        """;

    private const string TemplateCountsSql =
        """
        select template_id, window_start, sum(count)::bigint
        from rollup_template where template_id = any($3) and window_start >= $1 and window_start < $2 and width_s = 10
        group by 1, 2 order by 2, 1
        """;

    /// <summary>The windows written at or after a moment.</summary>
    public static Task<List<RollupChange>> ChangesAsync(NpgsqlConnection connection, DateTimeOffset since, CancellationToken cancellationToken) =>
        ReadAsync(connection, ChangesSql, [At(since)], row => new RollupChange(row.GetInt32(0), Window(row, 1), row.GetFieldValue<DateTimeOffset>(2)), cancellationToken);

    /// <summary>The first and the newest window of every service: what a console that never detected anything starts from.</summary>
    public static async Task<List<RollupChange>> FirstChangesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var services = await ReadAsync(
            connection, FirstChangesSql, [], row => (Id: row.GetInt32(0), First: Window(row, 1), Newest: Window(row, 2), At: row.GetFieldValue<DateTimeOffset>(3)), cancellationToken)
            .ConfigureAwait(false);
        return [.. services.SelectMany(service => (RollupChange[])[new(service.Id, service.First, service.At), new(service.Id, service.Newest, service.At)])];
    }

    /// <summary>The first window from one on in which any service has a record; null when there is none.</summary>
    public static async Task<long?> FirstFilledAsync(NpgsqlConnection connection, long from, CancellationToken cancellationToken)
    {
        var found = await ReadAsync(connection, FirstFilledSql, [Start(from)], row => row.IsDBNull(0) ? (long?)null : Window(row, 0), cancellationToken).ConfigureAwait(false);
        return found[0];
    }

    /// <summary>How far each source has come.</summary>
    public static Task<List<SourceProgress>> SourcesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ReadAsync(connection, SourcesSql, [], row => new SourceProgress(row.GetFieldValue<DateTimeOffset>(0), row.GetFieldValue<DateTimeOffset>(1)), cancellationToken);

    /// <summary>All services in the windows [from, to), by window, then by service.</summary>
    public static Task<List<WindowTotals>> WindowsAsync(NpgsqlConnection connection, long from, long to, CancellationToken cancellationToken) =>
        ReadAsync(
            connection, WindowsSql, [Start(from), Start(to), new NpgsqlParameter<short> { TypedValue = (short)SeverityBand.Error }],
            row => new WindowTotals(Window(row, 0), row.GetInt32(1), row.GetInt64(2), row.GetInt64(3)), cancellationToken);

    /// <summary>Templates of the services first seen in [from, to), oldest first; one more than <see cref="MaxNewTemplates"/> says that there are more.</summary>
    public static Task<List<FirstSighting>> NewTemplatesAsync(NpgsqlConnection connection, long from, long to, int[] services, CancellationToken cancellationToken) =>
        ReadAsync(
            connection, NewTemplatesSql,
            [Start(from), Start(to), new NpgsqlParameter<int[]> { TypedValue = services }, new NpgsqlParameter<int> { TypedValue = MaxNewTemplates + 1 }],
            row => new FirstSighting(row.GetInt32(0), row.GetInt32(1), Window(row, 2)), cancellationToken);

    /// <summary>Counts of the templates in the windows [from, to).</summary>
    public static Task<List<TemplateTotals>> TemplateCountsAsync(NpgsqlConnection connection, long from, long to, int[] templates, CancellationToken cancellationToken) =>
        ReadAsync(
            connection, TemplateCountsSql, [Start(from), Start(to), new NpgsqlParameter<int[]> { TypedValue = templates }],
            row => new TemplateTotals(row.GetInt32(0), Window(row, 1), row.GetInt64(2)), cancellationToken);

    private static long Window(NpgsqlDataReader row, int column) => TumblingWindow.Of(row.GetFieldValue<DateTimeOffset>(column));

    private static NpgsqlParameter<DateTimeOffset> Start(long window) => At(TumblingWindow.Start(window));

    private static NpgsqlParameter<DateTimeOffset> At(DateTimeOffset moment) => new() { TypedValue = moment };

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> row, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(row(reader));
        }

        return rows;
    }
}
