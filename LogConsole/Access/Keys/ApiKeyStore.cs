using System.Data.Common;
using LogConsole.Access.Auditing;
using LogConsole.Storage;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Access.Keys;

/// <summary>The table <c>api_keys</c>. Throws what the database throws.</summary>
internal sealed class ApiKeyStore(Database database, AuditLog audit, TimeProvider time)
{
    /// <summary>More keys than one console has; lists end here.</summary>
    public const int MaxKeys = 5_000;

    private const string Columns = "id, lookup, name, scopes, created_by, created_at, expires_at, revoked_at, last_used_at";

    private const string ListSql = $"select {Columns} from api_keys order by revoked_at is not null, name, id desc limit $1";
    private const string ActiveSql = $"select {Columns}, hash from api_keys where revoked_at is null and (expires_at is null or expires_at > $1) order by id limit $2";

    private const string AddSql =
        """
        insert into api_keys (lookup, hash, name, scopes, created_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (name) where revoked_at is null do nothing
        """;

    private const string RevokeSql = "update api_keys set revoked_at = $2 where name = $1 and revoked_at is null";

    private const string UsedSql =
        """
        update api_keys k set last_used_at = greatest(k.last_used_at, u.at)
        from unnest($1, $2) as u(id, at)
        where k.id = u.id
        """;

    /// <summary>Working keys by name first, then those that were revoked; at most <see cref="MaxKeys"/>.</summary>
    public async Task<IReadOnlyList<StoredApiKey>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ListSql);
        command.Parameters.Add(SqlParameters.Int32(MaxKeys));
        var keys = new List<StoredApiKey>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            keys.Add(Read(reader));
        }

        return keys;
    }

    /// <summary>The keys that work, with their hashes.</summary>
    public async Task<IReadOnlyList<(StoredApiKey Key, byte[] Hash)>> ActiveAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ActiveSql);
        command.Parameters.AddAll([SqlParameters.Moment(time.GetUtcNow()), SqlParameters.Int32(MaxKeys)]);
        var keys = new List<(StoredApiKey, byte[])>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            keys.Add((Read(reader), reader.GetFieldValue<byte[]>(9)));
        }

        return keys;
    }

    /// <summary>Stores a new key's hash. False when a working key has the name.</summary>
    public Task<bool> AddAsync(string key, string name, IReadOnlyList<string> scopes, DateTimeOffset? expiresAt, AuditEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(
            AddSql,
            [
                SqlParameters.Text(ApiKeySecret.LookupOf(key)),
                SqlParameters.Bytes(ApiKeySecret.HashOf(key)),
                SqlParameters.Text(name),
                new NpgsqlParameter<string[]> { TypedValue = [.. scopes], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                SqlParameters.Text(entry.Actor.Name),
                SqlParameters.Moment(time.GetUtcNow()),
                SqlParameters.Moment(expiresAt),
            ],
            entry,
            cancellationToken);

    /// <summary>Ends the working key of a name. False when there is none.</summary>
    public Task<bool> RevokeAsync(string name, AuditEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(RevokeSql, [SqlParameters.Text(name), SqlParameters.Moment(time.GetUtcNow())], entry, cancellationToken);

    /// <summary>Notes when keys were used last.</summary>
    public async Task NoteUseAsync(IReadOnlyCollection<KeyValuePair<int, DateTimeOffset>> uses, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(UsedSql);
        command.Parameters.AddAll(
        [
            new NpgsqlParameter<int[]> { TypedValue = [.. uses.Select(use => use.Key)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
            new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. uses.Select(use => use.Value)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz },
        ]);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> ChangeAsync(string sql, NpgsqlParameter[] parameters, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddAll(parameters);
        if (await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false) == 0)
        {
            return false;
        }

        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(audit.CommandOf(entry));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static StoredApiKey Read(DbDataReader reader) => new(
        reader.GetInt32(0),
        reader.GetString(1),
        reader.GetString(2),
        reader.GetFieldValue<string[]>(3),
        reader.GetString(4),
        reader.GetFieldValue<DateTimeOffset>(5),
        reader.MomentOrNull(6),
        reader.MomentOrNull(7),
        reader.MomentOrNull(8));
}
