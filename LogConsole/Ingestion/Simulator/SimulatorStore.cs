using LogConsole.Storage;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Ingestion.Simulator;

/// <summary>What the demo stream was told, by whichever instance; null where the settings say it.</summary>
/// <param name="Streaming">Somebody streams now, unless <paramref name="StreamedUntil"/> is long ago.</param>
internal sealed record StoredSimulatorState(
    bool? Running, int? EventsPerSecond, double? ErrorShare, long? Seed, bool Streaming, DateTimeOffset? StreamedUntil);

/// <summary>The tables <c>simulator_state</c> and <c>simulator_faults</c>. Throws what the database throws.</summary>
internal sealed class SimulatorStore(Database database, TimeProvider time)
{
    private const int MaxFaults = 1_000;
    private const string FaultColumns = "id, kind, service, starts_at, ends_at, intensity, seed, scheduled";

    public async Task<StoredSimulatorState> ReadAsync(CancellationToken cancellationToken)
    {
        const string sql = "select running, events_per_second, error_share, seed, streaming, streamed_until from simulator_state";
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return new StoredSimulatorState(
            Value<bool>(reader, 0), Value<int>(reader, 1), Value<double>(reader, 2), Value<long>(reader, 3), reader.GetBoolean(4), Value<DateTimeOffset>(reader, 5));
    }

    /// <summary>Start or stop, for whoever streams.</summary>
    public Task SetRunningAsync(bool running, CancellationToken cancellationToken) =>
        ExecuteAsync("update simulator_state set running = $1", cancellationToken, running);

    /// <summary>Changes what is given, leaves what is null.</summary>
    public Task TuneAsync(int? eventsPerSecond, double? errorShare, long? seed, CancellationToken cancellationToken) =>
        ExecuteAsync(
            "update simulator_state set events_per_second = coalesce($1, events_per_second), error_share = coalesce($2, error_share), seed = coalesce($3, seed)",
            cancellationToken, Parameter(eventsPerSecond, NpgsqlDbType.Integer), Parameter(errorShare, NpgsqlDbType.Double), Parameter(seed, NpgsqlDbType.Bigint));

    /// <summary>Who streams says so, and up to which event time; false when it was told to stop.</summary>
    public async Task<bool> MarkStreamingAsync(DateTimeOffset until, CancellationToken cancellationToken)
    {
        // One statement: whoever stops the stream sees either this, or that it is refused.
        const string sql = "update simulator_state set streaming = true, streamed_until = $1 where running is distinct from false";
        return await ExecuteAsync(sql, cancellationToken, until).ConfigureAwait(false) == 1;
    }

    /// <summary>Who streamed has sent its last record.</summary>
    public Task MarkEndedAsync(DateTimeOffset until, CancellationToken cancellationToken) =>
        ExecuteAsync("update simulator_state set streaming = false, streamed_until = $1", cancellationToken, until);

    /// <summary>Adds a fault and returns it with its id.</summary>
    public async Task<DemoFault> AddAsync(string scenario, DemoFault fault, CancellationToken cancellationToken)
    {
        const string sql = """
            insert into simulator_faults (scenario, kind, service, starts_at, ends_at, intensity, seed, scheduled, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id
            """;
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = Command(
            connection, sql, scenario, fault.Kind, fault.Service, fault.From, fault.To, fault.Intensity, fault.Seed, fault.IsScheduled, time.GetUtcNow());
        return fault with { Id = (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))! };
    }

    /// <summary>The faults that last at some moment of a range, by their start; at most 1,000.</summary>
    public async Task<IReadOnlyList<DemoFault>> FaultsAsync(string scenario, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        const string sql = $"select {FaultColumns} from simulator_faults where scenario = $1 and ends_at > $2 and starts_at < $3 order by starts_at, id limit $4";
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = Command(connection, sql, scenario, from, to, MaxFaults);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        var faults = new List<DemoFault>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            faults.Add(new DemoFault(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetDouble(5), reader.GetInt64(6), reader.GetBoolean(7)));
        }

        return faults;
    }

    /// <summary>Nothing is left of what the faults did: they are forgotten, those of all scenarios.</summary>
    public Task ForgetFaultsAsync(CancellationToken cancellationToken) => ExecuteAsync("delete from simulator_faults", cancellationToken);

    /// <summary>
    /// The stream was not there between two moments: faults under way ended with it, those that would have begun in between never were.
    /// What the schedule planned beyond it is planned anew by the next stream.
    /// </summary>
    public async Task CutAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using (var never = Command(connection, "delete from simulator_faults where starts_at >= $1 and (scheduled or starts_at < $2)", from, to))
        {
            await never.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await using (var ended = Command(connection, "update simulator_faults set ends_at = $1 where starts_at < $1 and ends_at > $1", from))
        {
            await ended.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value });
        }

        return command;
    }

    private static NpgsqlParameter Parameter<T>(T? value, NpgsqlDbType type)
        where T : struct => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = type };

    private static T? Value<T>(NpgsqlDataReader reader, int column)
        where T : struct => reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);
}
