using LogConsole.Storage;
using LogConsole.Storage.Embedded;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Overview;

/// <summary>What the database tells of itself, of its sources and of the consoles that work on it. Every method throws what the database throws.</summary>
internal sealed class SystemQueries(Database database, InstanceIdentity instance, IDatabaseServer? server = null)
{
    private const string FactsSql =
        """
        select current_setting('server_version'), pg_database_size(current_database()), pg_postmaster_start_time(),
               (select count(*) from pg_stat_activity where datname = current_database()), current_setting('max_connections')::int
        """;

    private const string ExtensionsSql =
        "select name, coalesce(default_version, ''), installed_version from pg_available_extensions order by installed_version is null, name limit 300";

    // 27754 is the class of the advisory locks of jobs.
    private const string JobsSql =
        """
        select name, holder, acquired_at, exists (
            select from pg_locks
            where locktype = 'advisory' and classid = 27754 and objsubid = 2 and granted
              and database = (select oid from pg_database where datname = current_database())
              and objid::bigint = (hashtext(name)::bigint & 4294967295))
        from singleton_jobs order by name limit 100
        """;

    private const string WritersSql =
        "select id, coalesce(holder = $1, false), lease_until > now(), sequence from writers order by lease_until desc, id limit 64";

    private const string SourcesSql = "select source, max_event_time, updated_at from watermarks order by updated_at desc limit 500";

    private const string NewestDeadLetterSql = "select coalesce(max(id), 0) from dead_letters";

    /// <summary>The server.</summary>
    public async Task<DatabaseFacts> FactsAsync(CancellationToken cancellationToken) => (await ListAsync(
        FactsSql,
        reader => new DatabaseFacts(
            server?.Name ?? "PostgreSQL", server is EmbeddedServer, reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2),
            reader.GetInt64(3), reader.GetInt32(4)),
        cancellationToken).ConfigureAwait(false))[0];

    /// <summary>The extensions it offers, installed ones first.</summary>
    public Task<List<DatabaseExtension>> ExtensionsAsync(CancellationToken cancellationToken) => ListAsync(
        ExtensionsSql, reader => new DatabaseExtension(reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2)), cancellationToken);

    /// <summary>The jobs of all consoles.</summary>
    public Task<List<SystemJob>> JobsAsync(CancellationToken cancellationToken) => ListAsync(
        JobsSql, reader => new SystemJob(reader.GetString(0), reader.GetString(1), reader.GetBoolean(3), reader.GetFieldValue<DateTimeOffset>(2)), cancellationToken);

    /// <summary>The consoles that write or wrote, those at work first.</summary>
    public Task<List<SystemWriter>> WritersAsync(CancellationToken cancellationToken) => ListAsync(
        WritersSql,
        reader => new SystemWriter(reader.GetInt16(0), reader.GetBoolean(1), reader.GetBoolean(2), reader.GetInt64(3)),
        cancellationToken,
        new NpgsqlParameter<Guid> { TypedValue = instance.Id, NpgsqlDbType = NpgsqlDbType.Uuid });

    /// <summary>The sources last seen.</summary>
    public Task<List<SourceProgress>> SourcesAsync(CancellationToken cancellationToken) => ListAsync(
        SourcesSql,
        reader => new SourceProgress(reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2)),
        cancellationToken);

    /// <summary>The id of the newest dead letter; 0 when there is none.</summary>
    public async Task<long> NewestDeadLetterAsync(CancellationToken cancellationToken) =>
        (await ListAsync(NewestDeadLetterSql, reader => reader.GetInt64(0), cancellationToken).ConfigureAwait(false))[0];

    private async Task<List<T>> ListAsync<T>(string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        var rows = new List<T>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
