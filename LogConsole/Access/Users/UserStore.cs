using System.Data.Common;
using LogConsole.Access.Auditing;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Access.Users;

/// <summary>The table <c>users</c>. Every change is stored together with its audit entry. Throws what the database throws.</summary>
internal sealed class UserStore(Database database, AuditLog audit, TimeProvider time)
{
    /// <summary>More people than one console has; lists end here.</summary>
    public const int MaxUsers = 2_000;

    private const string Columns = "id, name, role, password_hash is not null, security_stamp, disabled, time_zone, theme, created_at, signed_in_at";

    private const string ByIdSql = $"select {Columns} from users where id = $1";
    private const string ByNameSql = $"select {Columns}, password_hash from users where name = $1";
    private const string ListSql =
        $"select {Columns}, locked_until from users left join sign_in_failures on name_hash = sha256(convert_to(name, 'UTF8')) order by name limit $1";
    private const string AnyAdminSql = "select exists (select from users where role = 'Admin' and not disabled and password_hash is not null)";

    // Two administrators who demote each other at once would leave none.
    private const string LockSql = "lock table users in share row exclusive mode";

    private const string AddSql =
        "insert into users (name, role, password_hash, security_stamp, created_at) values ($1, $2, $3, $4, $5) on conflict (name) do nothing returning id";

    private const string OtherAdmin =
        "exists (select from users o where o.id <> $1 and o.role = 'Admin' and not o.disabled and o.password_hash is not null)";

    private const string RoleSql = $"update users set role = $2, security_stamp = $3 where id = $1 and (role <> 'Admin' or $2 = 'Admin' or {OtherAdmin})";
    private const string DisableSql = $"update users set disabled = true, security_stamp = $2 where id = $1 and (role <> 'Admin' or disabled or {OtherAdmin})";
    private const string EnableSql = "update users set disabled = false, security_stamp = $2 where id = $1";
    private const string PasswordSql = "update users set password_hash = $2, security_stamp = $3 where id = $1 and not disabled";
    private const string RehashSql = "update users set password_hash = $2 where id = $1";
    private const string StampSql = "update users set security_stamp = $2 where id = $1";
    private const string PreferencesSql = "update users set time_zone = $2, theme = $3 where id = $1";
    private const string SignedInSql = "update users set signed_in_at = $2 where id = $1";

    public async Task<UserAccount?> FindAsync(int id, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ByIdSql);
        command.Parameters.Add(SqlParameters.Int32(id));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? Read(reader) : null;
    }

    /// <summary>A user by name, with the password's hash.</summary>
    public async Task<(UserAccount User, string? PasswordHash)?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ByNameSql);
        command.Parameters.Add(SqlParameters.Text(name));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        return await reader.ReadAsync(cancellationToken).ConfigureAwait(false) ? (Read(reader), reader.TextOrNull(10)) : null;
    }

    /// <summary>By name, at most <see cref="MaxUsers"/>.</summary>
    public async Task<IReadOnlyList<UserAccount>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ListSql);
        command.Parameters.Add(SqlParameters.Int32(MaxUsers));
        var users = new List<UserAccount>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            users.Add(Read(reader) with { LockedUntil = reader.IsDBNull(10) ? null : reader.GetFieldValue<DateTimeOffset>(10) });
        }

        return users;
    }

    /// <summary>Whether somebody can administer: an enabled administrator who has a password.</summary>
    public async Task<bool> AnyAdminAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(AnyAdminSql);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>The new user's id; null when the name is taken, or when <paramref name="onlyFirstAdmin"/> and there is an administrator already.</summary>
    public async Task<int?> AddAsync(
        string name, AccessRole role, string? passwordHash, bool onlyFirstAdmin, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, LockSql, [], cancellationToken).ConfigureAwait(false);
        if (onlyFirstAdmin)
        {
            await using var any = new NpgsqlCommand(AnyAdminSql, connection);
            if (await any.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
            {
                return null;
            }
        }

        await using var add = new NpgsqlCommand(AddSql, connection);
        add.Parameters.AddAll(
        [
            SqlParameters.Text(name), SqlParameters.Text(role.ToString()), SqlParameters.Text(passwordHash), SqlParameters.Id(Guid.NewGuid()), SqlParameters.Moment(time.GetUtcNow()),
        ]);
        if (await add.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not int id)
        {
            return null;
        }

        await AppendAsync(connection, entry, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return id;
    }

    /// <summary>Gives a role and ends the user's sessions. False when that would leave no administrator.</summary>
    public Task<bool> SetRoleAsync(int id, AccessRole role, AuditEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(RoleSql, [SqlParameters.Int32(id), SqlParameters.Text(role.ToString()), SqlParameters.Id(Guid.NewGuid())], entry, cancellationToken);

    /// <summary>Lets a user in again or keeps one out, and ends the user's sessions. False when that would leave no administrator.</summary>
    public Task<bool> SetDisabledAsync(int id, bool disabled, AuditEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(disabled ? DisableSql : EnableSql, [SqlParameters.Int32(id), SqlParameters.Id(Guid.NewGuid())], entry, cancellationToken);

    /// <summary>Sets a password and ends the user's sessions. False when the user is disabled.</summary>
    public Task<bool> SetPasswordAsync(int id, string hash, AuditEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(PasswordSql, [SqlParameters.Int32(id), SqlParameters.Text(hash), SqlParameters.Id(Guid.NewGuid())], entry, cancellationToken);

    /// <summary>Ends the user's sessions.</summary>
    public Task<bool> NewStampAsync(int id, AuditEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(StampSql, [SqlParameters.Int32(id), SqlParameters.Id(Guid.NewGuid())], entry, cancellationToken);

    public Task<bool> SetPreferencesAsync(int id, string? timeZone, string? theme, AuditEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(PreferencesSql, [SqlParameters.Int32(id), SqlParameters.Text(timeZone), SqlParameters.Text(theme)], entry, cancellationToken);

    /// <summary>The user has just signed in.</summary>
    public Task<bool> SignedInAsync(int id, AuditEntry entry, CancellationToken cancellationToken) =>
        ChangeAsync(SignedInSql, [SqlParameters.Int32(id), SqlParameters.Moment(time.GetUtcNow())], entry, cancellationToken);

    /// <summary>The same password, hashed by today's rules.</summary>
    public async Task RehashAsync(int id, string hash, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, RehashSql, [SqlParameters.Int32(id), SqlParameters.Text(hash)], cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> ChangeAsync(string sql, NpgsqlParameter[] parameters, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        if (sql is RoleSql or DisableSql)
        {
            await ExecuteAsync(connection, LockSql, [], cancellationToken).ConfigureAwait(false);
        }

        if (await ExecuteAsync(connection, sql, parameters, cancellationToken).ConfigureAwait(false) == 0)
        {
            return false;
        }

        await AppendAsync(connection, entry, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task AppendAsync(NpgsqlConnection connection, AuditEntry entry, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(audit.CommandOf(entry));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddAll(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static UserAccount Read(DbDataReader reader) => new(
        reader.GetInt32(0),
        reader.GetString(1),
        Enum.Parse<AccessRole>(reader.GetString(2)),
        reader.GetBoolean(3),
        reader.GetGuid(4),
        reader.GetBoolean(5),
        reader.TextOrNull(6),
        reader.TextOrNull(7),
        reader.GetFieldValue<DateTimeOffset>(8),
        reader.MomentOrNull(9));
}
