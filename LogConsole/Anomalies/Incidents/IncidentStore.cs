using System.Text.Json;
using LogConsole.Anomalies.Explanations;
using LogConsole.Metrics;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Anomalies.Incidents;

/// <summary>Reads incidents and anomalies, and stores what people do with incidents. Throws what the database throws.</summary>
public sealed class IncidentStore(Database database, ServiceCatalog services, IncidentWatch watch, TimeProvider time)
{
    /// <summary>Anomalies and timeline entries of one incident shown, at most.</summary>
    public const int MaxDetails = 500;

    private const string Columns =
        """
        select id, fingerprint, demo, service_id, service_ids, state, title, score, started_at, last_at, opened_at, acknowledged_at, acknowledged_by,
               resolved_at, resolved_by, historical, notifies, anomaly_count,
               (select min(a.start_window) from anomalies a where a.incident_id = incidents.id and not a.ended)
        from incidents
        """;

    private const string Matching =
        """

        where (cardinality($1::smallint[]) = 0 or state = any($1)) and ($2::timestamptz is null or last_at > $2) and ($3::timestamptz is null or started_at < $3)
          and ($4::int[] is null or service_ids && $4)
        """;

    private const string CountsSql = "select state, count(*) from incidents" + Matching + " group by state";

    private const string ListSql = Columns + Matching +
        """

          and ($5::timestamptz is null or (started_at, id) < ($5, $6))
        order by started_at desc, id desc limit $7
        """;

    private const string OneSql = Columns + " where id = $1";

    private const string EventsSql = "select at, kind, who, text from incident_events where incident_id = $1 order by at, id limit $2";

    private const string ExplanationSql = "select explanation::text from incidents where id = $1";

    private const string ExplanationsSql = "select id, explanation::text from incidents where id = any($1) and explanation is not null limit $2";

    private const string AnomaliesSql =
        """
        select id, incident_id, service_id, detector, detector_version, series, template_id, direction, start_window, last_window, found_window, ended,
               value, low, high, score, factors::text
        from anomalies
        where ($1::timestamptz is null or last_window > $1 - interval '10 seconds') and ($2::timestamptz is null or start_window < $2)
          and ($3::int[] is null or service_id = any($3)) and ($4::text is null or detector = $4) and ($5::bigint is null or incident_id = $5)
          and score >= $6 and ($7::timestamptz is null or (start_window, id) < ($7, $8))
        order by start_window desc, id desc limit $9
        """;

    private const string AcknowledgeSql =
        "update incidents set state = 1, acknowledged_at = $2, acknowledged_by = $3, changed_at = $2 where id = $1 and state = 0";

    private const string ResolveSql = "update incidents set state = 2, resolved_at = $2, resolved_by = $3, changed_at = $2 where id = $1 and state <> 2";

    private const string TouchSql = "update incidents set changed_at = $2 where id = $1 and $3::text is not null";

    /// <summary>A page of incidents, newest start first.</summary>
    public async Task<IReadOnlyList<Incident>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken) => await ReadAsync(
        ListSql,
        [
            Value(filter.States.Select(state => (short)state).ToArray()), Moment(filter.From), Moment(filter.To), SqlValues.IdsOrAll(filter.ServiceIds),
            Moment(filter.After?.StartedAt), Value(filter.After?.Id ?? 0), Value(filter.Limit),
        ],
        Incident, cancellationToken).ConfigureAwait(false);

    /// <summary>How many incidents match, by state; states without any are absent. The filter's place and limit do not count.</summary>
    public async Task<IReadOnlyDictionary<IncidentState, long>> CountsAsync(IncidentFilter filter, CancellationToken cancellationToken) =>
        (await ReadAsync(
            CountsSql,
            [Value(filter.States.Select(state => (short)state).ToArray()), Moment(filter.From), Moment(filter.To), SqlValues.IdsOrAll(filter.ServiceIds)],
            row => (State: (IncidentState)row.GetInt16(0), Count: row.GetInt64(1)), cancellationToken).ConfigureAwait(false)).ToDictionary(row => row.State, row => row.Count);

    /// <summary>An incident, or null.</summary>
    public async Task<Incident?> FindAsync(long id, CancellationToken cancellationToken) =>
        (await ReadAsync(OneSql, [Value(id)], Incident, cancellationToken).ConfigureAwait(false)).FirstOrDefault();

    /// <summary>An incident's timeline, oldest first, at most <see cref="MaxDetails"/>.</summary>
    public async Task<IReadOnlyList<IncidentEvent>> TimelineAsync(long id, CancellationToken cancellationToken) => await ReadAsync(
        EventsSql, [Value(id), Value(MaxDetails)],
        row => new IncidentEvent(row.GetFieldValue<DateTimeOffset>(0), row.GetString(1), TextAt(row, 2), TextAt(row, 3)), cancellationToken).ConfigureAwait(false);

    /// <summary>An incident's explanation, or null while none has been made.</summary>
    public async Task<Explanation?> ExplanationAsync(long id, CancellationToken cancellationToken) =>
        (await ReadAsync(ExplanationSql, [Value(id)], row => TextAt(row, 0), cancellationToken).ConfigureAwait(false)).FirstOrDefault() is { } json
            ? JsonSerializer.Deserialize<Explanation>(json, AnomalyJson.Options)
            : null;

    /// <summary>The explanations of several incidents by incident; those without one are absent.</summary>
    public async Task<IReadOnlyDictionary<long, Explanation>> ExplanationsAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        (await ReadAsync(
            ExplanationsSql, [Value(ids.ToArray()), Value(ids.Count)],
            row => (Id: row.GetInt64(0), Explanation: JsonSerializer.Deserialize<Explanation>(row.GetString(1), AnomalyJson.Options)!),
            cancellationToken).ConfigureAwait(false)).ToDictionary(row => row.Id, row => row.Explanation);

    /// <summary>A page of anomalies, newest start first.</summary>
    public async Task<IReadOnlyList<Anomaly>> AnomaliesAsync(AnomalyFilter filter, CancellationToken cancellationToken) => await ReadAsync(
        AnomaliesSql,
        [
            Moment(filter.From), Moment(filter.To), SqlValues.IdsOrAll(filter.ServiceIds), Text(filter.Detector),
            new NpgsqlParameter { Value = filter.IncidentId ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            Value(filter.MinScore), Moment(filter.After?.StartedAt), Value(filter.After?.Id ?? 0), Value(filter.Limit),
        ],
        Anomaly, cancellationToken).ConfigureAwait(false);

    /// <summary>Somebody takes an open incident; nothing changes when it is not open. Returns it as it is now, or null when there is none.</summary>
    public Task<Incident?> AcknowledgeAsync(long id, string who, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(AcknowledgeSql, "acknowledged", id, who, note, cancellationToken);

    /// <summary>Somebody ends an incident; nothing changes when it has ended. Returns it as it is now, or null when there is none.</summary>
    public Task<Incident?> ResolveAsync(long id, string who, string? note, CancellationToken cancellationToken) =>
        ChangeAsync(ResolveSql, "resolved", id, who, note, cancellationToken);

    /// <summary>Adds a note. Returns the incident, or null when there is none.</summary>
    public Task<Incident?> NoteAsync(long id, string who, string text, CancellationToken cancellationToken) =>
        ChangeAsync(TouchSql, "note", id, who, text, cancellationToken);

    private async Task<Incident?> ChangeAsync(string sql, string kind, long id, string who, string? text, CancellationToken cancellationToken)
    {
        await using (var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false))
        await using (var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false))
        {
            var now = time.GetUtcNow();
            await using var command = new NpgsqlCommand(sql, connection) { Parameters = { Value(id), Value(now), Value(who) } };
            if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 1)
            {
                await IncidentWriter.AddEventAsync(connection, id, new IncidentEvent(now, kind, who, text), cancellationToken).ConfigureAwait(false);
                await using var tick = new NpgsqlCommand(IncidentWatch.TickSql, connection);
                await tick.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
                watch.Raise();
            }
        }

        return await FindAsync(id, cancellationToken).ConfigureAwait(false);
    }

    private async Task<List<T>> ReadAsync<T>(string sql, NpgsqlParameter[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        if (services.Count == 0)
        {
            await services.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        var rows = new List<T>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(row));
        }

        return rows;
    }

    private Incident Incident(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.GetBoolean(2), services[row.GetInt32(3)].Name, [.. row.GetFieldValue<int[]>(4).Select(id => services[id].Name)],
        (IncidentState)row.GetInt16(5), row.GetString(6), row.GetDouble(7), row.GetFieldValue<DateTimeOffset>(8), row.GetFieldValue<DateTimeOffset>(9),
        row.GetFieldValue<DateTimeOffset>(10), MomentAt(row, 11), TextAt(row, 12), MomentAt(row, 13), TextAt(row, 14), row.GetBoolean(15), row.GetBoolean(16), row.GetInt32(17))
    { GoingOnSince = MomentAt(row, 18) };

    private Anomaly Anomaly(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.IsDBNull(1) ? null : row.GetInt64(1), row.GetInt32(2), services[row.GetInt32(2)].Name,
        TumblingWindow.Of(row.GetFieldValue<DateTimeOffset>(10)), row.GetBoolean(11),
        new DetectedAnomaly(
            row.GetString(3), row.GetInt32(4), row.GetString(5), row.IsDBNull(6) ? null : row.GetInt32(6), (AnomalyDirection)row.GetInt16(7),
            TumblingWindow.Of(row.GetFieldValue<DateTimeOffset>(8)), TumblingWindow.Of(row.GetFieldValue<DateTimeOffset>(9)),
            row.GetDouble(12), row.GetDouble(13), row.GetDouble(14), row.GetDouble(15),
            JsonSerializer.Deserialize<AnomalyFactor[]>(row.GetString(16), AnomalyJson.Options)!));

    private static string? TextAt(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset? MomentAt(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Moment(DateTimeOffset? moment) =>
        new() { Value = (object?)moment?.ToUniversalTime() ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };
}
