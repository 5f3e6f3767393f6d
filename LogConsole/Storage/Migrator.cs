using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Storage;

/// <summary>
/// Brings a database to the newest schema: forward only, each step in its own transaction, recorded in <c>schema_migrations</c>.
/// Any number of consoles may call it at once on one database: an advisory lock lets them pass one after another.
/// </summary>
public sealed class Migrator(IReadOnlyList<Migration> migrations)
{
    /// <summary>Advisory lock of the migration; the number spells "logcons" and is ours alone.</summary>
    private const long LockKey = 0x6c6f67636f6e73;

    private const string CreateTable = """
        create table if not exists schema_migrations (
            version int primary key,
            name text not null,
            checksum text not null,
            applied_at timestamptz not null default now()
        )
        """;

    /// <summary>A migrator with the console's own steps.</summary>
    public Migrator()
        : this(Migration.Embedded)
    {
    }

    /// <summary>
    /// Applies what is missing and returns how many steps that were. Throws <see cref="StartupException"/>
    /// (<see cref="ExitCodes.DatabaseVersion"/>) when the database is newer than this console or a step was changed after it was applied,
    /// and what Npgsql throws otherwise; a step that fails leaves nothing behind.
    /// </summary>
    public async Task<int> MigrateAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, $"select pg_advisory_lock({LockKey})", cancellationToken).ConfigureAwait(false);
        try
        {
            await ExecuteAsync(connection, CreateTable, cancellationToken).ConfigureAwait(false);
            var applied = await ReadAppliedAsync(connection, cancellationToken).ConfigureAwait(false);
            Check(applied);
            var missing = migrations.Where(migration => !applied.ContainsKey(migration.Version)).ToList();
            foreach (var migration in missing)
            {
                await ApplyAsync(connection, migration, cancellationToken).ConfigureAwait(false);
            }

            return missing.Count;
        }
        finally
        {
            // The pool would keep a session lock alive; a broken connection has given it up by itself.
            if (connection.FullState.HasFlag(System.Data.ConnectionState.Open))
            {
                await ExecuteAsync(connection, $"select pg_advisory_unlock({LockKey})", CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static async Task<Dictionary<int, (string Name, string Checksum)>> ReadAppliedAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var applied = new Dictionary<int, (string, string)>();
        await using var command = new NpgsqlCommand("select version, name, checksum from schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            applied.Add(reader.GetInt32(0), (reader.GetString(1), reader.GetString(2)));
        }

        return applied;
    }

    private void Check(Dictionary<int, (string Name, string Checksum)> applied)
    {
        var known = migrations.ToDictionary(migration => migration.Version);
        foreach (var (version, (name, checksum)) in applied.OrderByDescending(step => step.Key))
        {
            if (!known.TryGetValue(version, out var migration))
            {
                throw new StartupException(
                    ExitCodes.DatabaseVersion,
                    $"The database's schema is at {version:0000}_{name}, which this console does not know: start the newer console that made it.");
            }

            if (migration.Checksum != checksum)
            {
                throw new StartupException(
                    ExitCodes.DatabaseVersion,
                    $"Schema step {migration} is not the one this database was made with: applied steps must never be edited, add a new one instead.");
            }
        }
    }

    private static async Task ApplyAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, migration.Sql, cancellationToken).ConfigureAwait(false);
        await using var record = new NpgsqlCommand("insert into schema_migrations (version, name, checksum) values ($1, $2, $3)", connection, transaction)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = migration.Version, NpgsqlDbType = NpgsqlDbType.Integer },
                new NpgsqlParameter<string> { TypedValue = migration.Name, NpgsqlDbType = NpgsqlDbType.Text },
                new NpgsqlParameter<string> { TypedValue = migration.Checksum, NpgsqlDbType = NpgsqlDbType.Text },
            },
        };
        await record.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Without a time limit: another console may hold the lock for as long as a big step takes.</summary>
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
