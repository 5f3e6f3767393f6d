using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Overview;

/// <summary>The few figures of the live page that belong to no store.</summary>
internal sealed class OverviewQueries(Database database)
{
    private const string PatternsSql =
        """
        select first_seen from templates
        where first_seen >= $1 and first_seen < $2 and ($3::int[] is null or service_id = any($3))
        order by first_seen limit 20000
        """;

    private const string IncidentsSql =
        """
        select opened_at, resolved_at from incidents
        where opened_at < $2 and (resolved_at is null or resolved_at >= $1) and ($3::int[] is null or service_ids && $3)
        limit 20000
        """;

    private const string PatternCountSql = "select count(*) from templates where $1::int[] is null or service_id = any($1)";

    private const string DeadLettersSql = "select count(*) from dead_letters where replayed_at is null";

    private const string NamesSql = "select (select text from templates where id = $1), (select name from sources where id = $2)";

    private const string DroppedSql = "select coalesce(sum(last) filter (where last_at >= $1), 0)::bigint, coalesce(sum(total), 0)::bigint from dropped_records";

    private const string AnyRowsSql = "select exists (select from log_segment_ranges where rows > 0) or exists (select from rollup_severity)";

    /// <summary>When the patterns first seen in [from, to) were first seen; at most 20,000.</summary>
    public Task<List<DateTimeOffset>> NewPatternsAsync(DateTimeOffset from, DateTimeOffset to, int[]? services, CancellationToken cancellationToken) =>
        ListAsync(PatternsSql, static row => row.GetFieldValue<DateTimeOffset>(0), from, to, services, cancellationToken);

    /// <summary>Incidents that were open, or acknowledged, for some time of [from, to), by our clock; at most 20,000.</summary>
    public Task<List<OpenTime>> IncidentsAsync(DateTimeOffset from, DateTimeOffset to, int[]? services, CancellationToken cancellationToken) =>
        ListAsync(
            IncidentsSql, static row => new OpenTime(row.GetFieldValue<DateTimeOffset>(0), row.IsDBNull(1) ? null : row.GetFieldValue<DateTimeOffset>(1)),
            from, to, services, cancellationToken);

    /// <summary>Patterns known in all.</summary>
    public Task<long> PatternCountAsync(int[]? services, CancellationToken cancellationToken) => ScalarAsync<long>(PatternCountSql, cancellationToken, SqlValues.IdsOrAll(services));

    /// <summary>The text of a template and the name of a source; null where there is none.</summary>
    public async Task<(string? Pattern, string? Source)> NamesAsync(int? template, short source, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(NamesSql, connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = template ?? 0 }, new NpgsqlParameter<short> { TypedValue = source } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.IsDBNull(0) ? null : reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1));
    }

    /// <summary>Dead letters not replayed yet.</summary>
    public Task<long> DeadLettersAsync(CancellationToken cancellationToken) => ScalarAsync<long>(DeadLettersSql, cancellationToken);

    /// <summary>Records removed by a policy without having been stored: the last time since <paramref name="since"/>, and in all.</summary>
    public async Task<(long Recent, long Total)> DroppedAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(DroppedSql, connection) { Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = since } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>True when any record is stored, or was counted and then dropped by retention.</summary>
    public Task<bool> AnyRowsAsync(CancellationToken cancellationToken) => ScalarAsync<bool>(AnyRowsSql, cancellationToken);

    private async Task<List<T>> ListAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, DateTimeOffset from, DateTimeOffset to, int[]? services, CancellationToken cancellationToken)
    {
        var rows = new List<T>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<DateTimeOffset> { TypedValue = from },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = to },
                SqlValues.IdsOrAll(services),
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    private async Task<T> ScalarAsync<T>(string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        return (T)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
