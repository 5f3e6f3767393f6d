using LogConsole.Anomalies.Detectors;
using LogConsole.Anomalies.Incidents;
using LogConsole.Metrics;
using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Anomalies.Detection;

/// <summary>Detection's own tables. A step is one transaction: states, how far they have judged, anomalies, incidents.</summary>
internal sealed class DetectionStore(Database database, IncidentWriter incidents, IOptions<AnomalyOptions> options, TimeProvider time)
{
    private const string StartSql = "insert into detection_progress default values on conflict do nothing";

    private const string ProgressSql = "select step, changed_until, judged, late, unwatched, overlooked from detection_progress";

    private const string StatesSql =
        """
        select d.service_id, s.demo, d.first_window, d.judged_to, d.newest_window, d.last_arrival, d.state
        from detector_states d join services s on s.id = d.service_id
        order by 1
        """;

    private const string AdvanceSql =
        """
        update detection_progress set step = step + 1, changed_until = $2, judged = $3, late = $4, unwatched = $5, overlooked = $6
        where step = $1
        """;

    private const string SaveSql =
        """
        insert into detector_states as d (service_id, first_window, judged_to, newest_window, last_arrival, learned, condition, state)
        select * from unnest($1::int[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::int[], $7::smallint[], $8::bytea[])
        on conflict (service_id) do update set
            judged_to = excluded.judged_to, newest_window = excluded.newest_window, last_arrival = excluded.last_arrival,
            learned = excluded.learned, condition = excluded.condition, state = excluded.state
        """;

    private const string EndSql = "update anomalies set ended = true where not ended and service_id = any($1)";

    /// <summary>The committed state.</summary>
    public async Task<DetectionState> LoadAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (var start = new NpgsqlCommand(StartSql, connection))
        {
            await start.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        var state = new DetectionState();
        await using (var command = new NpgsqlCommand(ProgressSql, connection))
        await using (var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            await row.ReadAsync(cancellationToken).ConfigureAwait(false);
            state.Step = row.GetInt64(0);
            state.ChangedUntil = row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1);
            state.Counts = new DetectionCounts(row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5));
        }

        await using (var command = new NpgsqlCommand(StatesSql, connection))
        await using (var row = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await row.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                var id = row.GetInt32(0);
                var detectors = ServiceDetectors.TryLoad(row.GetFieldValue<byte[]>(6), options.Value);
                if (detectors is null)
                {
                    state.Forgotten.Add(id);
                }

                state.Services.Add(id, new WatchedService(id, row.GetBoolean(1), Window(row, 2), detectors ?? new ServiceDetectors(options.Value))
                {
                    JudgedTo = Window(row, 3),
                    NewestWindow = Window(row, 4),
                    LastArrival = row.GetFieldValue<DateTimeOffset>(5),
                });
            }
        }

        return state;
    }

    /// <summary>
    /// Commits a step and advances <paramref name="state"/>'s step. Throws <see cref="JobLeaseLostException"/> or
    /// <see cref="DetectionSupersededException"/> when it is not this instance's to write; then, as after any exception, nothing is written
    /// and the state must be loaded again.
    /// </summary>
    public async Task CommitAsync(DetectionState state, DetectionOutcome outcome, JobLease lease, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(state, outcome, lease, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
        {
            // A service was removed since it was read, as those of the demo are: what is loaded anew does not know it.
            throw new DetectionSupersededException();
        }

        state.Step++;
        state.Forgotten.Clear();
    }

    private async Task WriteAsync(DetectionState state, DetectionOutcome outcome, JobLease lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await AdvanceAsync(connection, state, cancellationToken).ConfigureAwait(false);
        await SaveAsync(connection, outcome.Judged, cancellationToken).ConfigureAwait(false);
        if (state.Forgotten.Count != 0)
        {
            await using var end = new NpgsqlCommand(EndSql, connection) { Parameters = { new NpgsqlParameter<int[]> { TypedValue = [.. state.Forgotten] } } };
            await end.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        var now = time.GetUtcNow();
        var book = new IncidentBook(options.Value, now);
        await incidents.LoadAsync(connection, book, outcome.Findings.Count != 0, cancellationToken).ConfigureAwait(false);
        foreach (var finding in outcome.Findings)
        {
            book.Take(finding, service => outcome.Before.TryGetValue(service, out var before) ? Math.Max(before, finding.Window) : state.JudgedTo(service));
        }

        book.Settle(state.JudgedTo);
        var changed = await incidents.WriteAsync(connection, book, now, cancellationToken).ConfigureAwait(false);
        if (changed || outcome.ConditionsChanged)
        {
            await using var tick = new NpgsqlCommand(IncidentWatch.TickSql, connection);
            await tick.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await lease.CheckAsync(connection, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task AdvanceAsync(NpgsqlConnection connection, DetectionState state, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(AdvanceSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long> { TypedValue = state.Step },
                new NpgsqlParameter { Value = state.ChangedUntil ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz },
                new NpgsqlParameter<long> { TypedValue = state.Counts.Judged },
                new NpgsqlParameter<long> { TypedValue = state.Counts.Late },
                new NpgsqlParameter<long> { TypedValue = state.Counts.Unwatched },
                new NpgsqlParameter<long> { TypedValue = state.Counts.Overlooked },
            },
        };
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) != 1)
        {
            throw new DetectionSupersededException();
        }
    }

    private static async Task SaveAsync(NpgsqlConnection connection, IReadOnlyList<WatchedService> services, CancellationToken cancellationToken)
    {
        if (services.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(SaveSql, connection)
        {
            Parameters =
            {
                Column(services, service => service.Id),
                Column(services, service => TumblingWindow.Start(service.FirstWindow)),
                Column(services, service => TumblingWindow.Start(service.JudgedTo)),
                Column(services, service => TumblingWindow.Start(service.NewestWindow)),
                Column(services, service => service.LastArrival),
                Column(services, service => service.Detectors.Learned),
                Column(services, service => (short)service.Condition),
                Column(services, service => service.Detectors.Save()),
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlParameter<T[]> Column<T>(IReadOnlyList<WatchedService> services, Func<WatchedService, T> value) => new() { TypedValue = [.. services.Select(value)] };

    private static long Window(NpgsqlDataReader row, int column) => TumblingWindow.Of(row.GetFieldValue<DateTimeOffset>(column));
}
