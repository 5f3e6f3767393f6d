using System.Text.Json;
using LogConsole.Metrics;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Anomalies.Incidents;

/// <summary>Fills an <see cref="IncidentBook"/> from the tables and stores what it decided, on the caller's transaction.</summary>
internal sealed class IncidentWriter
{
    // Locked, so that what a person does at the same moment is seen or comes after.
    private const string UnresolvedSql = Columns + " from incidents where state <> 2 order by id limit 10000 for update";

    private const string ResolvedSql = Columns + " from incidents where state = 2 order by id desc limit 1000 for update";

    private const string Columns =
        """
        select id, fingerprint, demo, service_id, service_ids, state, title, score, started_at, newest_start, last_at, resolved_at, historical, anomaly_count, root_rank
        """;

    private const string ActiveSql =
        """
        select a.incident_id, a.service_id, a.detector, a.series, a.direction, a.start_window
        from anomalies a
        where not a.ended and a.incident_id = any($1) limit 100000
        """;

    private const string InsertSql =
        """
        insert into incidents (fingerprint, demo, service_id, service_ids, state, title, score, started_at, newest_start, last_at, opened_at,
                               resolved_at, historical, notifies, anomaly_count, root_rank, changed_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $11)
        returning id
        """;

    private const string UpdateSql =
        """
        update incidents set service_ids = $2, state = $3, score = $4, started_at = $5, newest_start = $6, last_at = $7, resolved_at = $8,
            historical = $9, notifies = $10, anomaly_count = $11, changed_at = $12,
            service_id = $13, root_rank = $14, fingerprint = $15, title = case when service_id = $13 then title else $16 end,
            resolved_by = case when $3 = 2 then resolved_by end,
            acknowledged_at = case when $3 = 0 then null else acknowledged_at end,
            acknowledged_by = case when $3 = 0 then null else acknowledged_by end,
            explained_at = case when $17 then null else explained_at end
        where id = $1
        """;

    private const string EventSql = "insert into incident_events (incident_id, at, kind, who, text) values ($1, $2, $3, $4, $5)";

    private const string AnomalySql =
        """
        insert into anomalies as a (incident_id, service_id, detector, detector_version, series, template_id, direction, start_window, last_window,
                                    found_window, ended, value, low, high, score, factors)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        on conflict (service_id, detector, series, direction, start_window) do update set
            last_window = excluded.last_window, ended = excluded.ended, value = excluded.value, low = excluded.low, high = excluded.high,
            score = excluded.score, factors = excluded.factors
        """;

    /// <summary>Adds every unresolved incident, and with <paramref name="andResolved"/> those that may open again.</summary>
    public async Task LoadAsync(NpgsqlConnection connection, IncidentBook book, bool andResolved, CancellationToken cancellationToken)
    {
        var unresolved = await ReadAsync(new NpgsqlCommand(UnresolvedSql, connection), cancellationToken).ConfigureAwait(false);
        var resolved = andResolved ? await ReadAsync(new NpgsqlCommand(ResolvedSql, connection), cancellationToken).ConfigureAwait(false) : [];
        resolved.Reverse();
        List<IncidentDraft> all = [.. resolved, .. unresolved];
        if (all.Count != 0)
        {
            await LoadActiveAsync(connection, all.ToDictionary(incident => incident.Id), cancellationToken).ConfigureAwait(false);
        }

        all.ForEach(book.Add);
    }

    /// <summary>Stores what changed; true when anything did.</summary>
    public async Task<bool> WriteAsync(NpgsqlConnection connection, IncidentBook book, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var any = false;
        foreach (var incident in book.Changed)
        {
            any = true;
            await (incident.Id == 0 ? InsertAsync(connection, incident, now, cancellationToken) : UpdateAsync(connection, incident, now, cancellationToken)).ConfigureAwait(false);
            foreach (var entry in incident.Events)
            {
                await AddEventAsync(connection, incident.Id, entry, cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var draft in book.Anomalies)
        {
            any = true;
            await WriteAsync(connection, draft, cancellationToken).ConfigureAwait(false);
        }

        return any;
    }

    /// <summary>Adds an entry to a timeline.</summary>
    public static async Task AddEventAsync(NpgsqlConnection connection, long incident, IncidentEvent entry, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(EventSql, connection)
        {
            Parameters = { Value(incident), Value(entry.At), Value(entry.Kind), Text(entry.Who), Text(entry.Text) },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<List<IncidentDraft>> ReadAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var drafts = new List<IncidentDraft>();
        await using (command.ConfigureAwait(false))
        {
            await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                drafts.Add(new IncidentDraft
                {
                    Id = row.GetInt64(0),
                    Fingerprint = row.GetString(1),
                    IsDemo = row.GetBoolean(2),
                    ServiceId = row.GetInt32(3),
                    ServiceIds = [.. row.GetFieldValue<int[]>(4)],
                    State = (IncidentState)row.GetInt16(5),
                    Title = row.GetString(6),
                    Score = row.GetDouble(7),
                    Start = Window(row, 8),
                    NewestStart = Window(row, 9),
                    Last = Window(row, 10) - 1,
                    ResolvedAt = row.IsDBNull(11) ? null : row.GetFieldValue<DateTimeOffset>(11),
                    IsHistorical = row.GetBoolean(12),
                    AnomalyCount = row.GetInt32(13),
                    RootRank = row.GetInt16(14),
                });
            }
        }

        return drafts;
    }

    private static async Task LoadActiveAsync(NpgsqlConnection connection, Dictionary<long, IncidentDraft> incidents, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ActiveSql, connection) { Parameters = { Value(incidents.Keys.ToArray()) } };
        await using var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (incidents.TryGetValue(row.GetInt64(0), out var incident))
            {
                incident.Active.Add(new AnomalyKey(row.GetInt32(1), row.GetString(2), row.GetString(3), (AnomalyDirection)row.GetInt16(4), Window(row, 5)));
            }
        }
    }

    private static async Task InsertAsync(NpgsqlConnection connection, IncidentDraft incident, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(InsertSql, connection)
        {
            Parameters =
            {
                Value(incident.Fingerprint), Value(incident.IsDemo), Value(incident.ServiceId), Value(incident.ServiceIds.ToArray()), Value((short)incident.State),
                Value(incident.Title), Value(incident.Score), Start(incident.Start), Start(incident.NewestStart), Start(incident.Last + 1), Value(now),
                Moment(incident.ResolvedAt), Value(incident.IsHistorical), Value(!incident.IsHistorical), Value(incident.AnomalyCount), Value((short)incident.RootRank),
            },
        };
        incident.Id = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static async Task UpdateAsync(NpgsqlConnection connection, IncidentDraft incident, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(UpdateSql, connection)
        {
            Parameters =
            {
                Value(incident.Id), Value(incident.ServiceIds.ToArray()), Value((short)incident.State), Value(incident.Score), Start(incident.Start),
                Start(incident.NewestStart), Start(incident.Last + 1), Moment(incident.ResolvedAt), Value(incident.IsHistorical),
                Value(!incident.IsHistorical), Value(incident.AnomalyCount), Value(now),
                Value(incident.ServiceId), Value((short)incident.RootRank), Value(incident.Fingerprint), Value(incident.Title),
                Value(incident.IsToldAnew),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, AnomalyDraft draft, CancellationToken cancellationToken)
    {
        var anomaly = draft.Anomaly;
        await using var command = new NpgsqlCommand(AnomalySql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = draft.Incident?.Id ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                Value(draft.ServiceId), Value(anomaly.Detector), Value(anomaly.Version), Value(anomaly.Series),
                new NpgsqlParameter { Value = anomaly.TemplateId ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
                Value((short)anomaly.Direction), Start(anomaly.StartWindow), Start(anomaly.LastWindow), Start(draft.FoundWindow), Value(draft.HasEnded),
                Value(anomaly.Value), Value(anomaly.Low), Value(anomaly.High), Value(anomaly.Score),
                new NpgsqlParameter { Value = JsonSerializer.Serialize(anomaly.Factors, AnomalyJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    private static NpgsqlParameter<DateTimeOffset> Start(long window) => Value(TumblingWindow.Start(window));

    private static NpgsqlParameter Text(string? text) => new() { Value = (object?)text ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Moment(DateTimeOffset? moment) => new() { Value = (object?)moment ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private static long Window(NpgsqlDataReader row, int column) => TumblingWindow.Of(row.GetFieldValue<DateTimeOffset>(column));
}
