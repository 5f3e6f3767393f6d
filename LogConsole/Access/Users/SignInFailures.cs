using System.Security.Cryptography;
using System.Text;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Access.Users;

/// <summary>
/// Counts tries per name, users' and nobody's alike, so that neither the answer nor its time tells which names exist.
/// A try is counted before the password is looked at: many at once get no more guesses than one after another.
/// </summary>
internal sealed class SignInFailures(Database database, IOptions<AccessOptions> options, TimeProvider time)
{
    // A lock that has ended and a count that is old start anew; tries during a lock do not prolong it.
    private const string TrySql =
        """
        insert into sign_in_failures as f (name_hash, tries, locked_until, updated_at) values ($1, 1, null, $2)
        on conflict (name_hash) do update set
            tries = case when f.locked_until <= $2 or (f.locked_until is null and f.updated_at < $5) then 1 else f.tries + 1 end,
            locked_until = case
                when f.locked_until > $2 then f.locked_until
                when f.locked_until is null and f.updated_at >= $5 and f.tries + 1 >= $3 then $4
            end,
            updated_at = $2
        returning tries
        """;

    private const string ForgetSql = "delete from sign_in_failures where name_hash = $1";

    private const string RetireSql = "delete from sign_in_failures where name_hash in (select name_hash from sign_in_failures where updated_at < $1 limit $2)";

    /// <summary>Counts a try and returns its number since the last success.</summary>
    public async Task<int> CountAsync(string name, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var command = database.Source.CreateCommand(TrySql);
        command.Parameters.AddAll(
        [
            SqlParameters.Bytes(KeyOf(name)),
            SqlParameters.Moment(now),
            SqlParameters.Int32(options.Value.LockoutAfter),
            SqlParameters.Moment(now + options.Value.LockoutTime),
            SqlParameters.Moment(now - options.Value.LockoutTime),
        ]);
        return (int)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    /// <summary>Whether the try of this number may be made.</summary>
    public bool MayTry(int tries) => tries <= options.Value.LockoutAfter;

    /// <summary>Whether the try of this number locks the name.</summary>
    public bool Locks(int tries) => tries == options.Value.LockoutAfter;

    /// <summary>The password was right, or a new one was set: the count starts anew.</summary>
    public async Task ForgetAsync(string name, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(ForgetSql);
        command.Parameters.Add(SqlParameters.Bytes(KeyOf(name)));
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Deletes up to <paramref name="limit"/> counts that mean nothing any more.</summary>
    public async Task<int> RetireAsync(int limit, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(RetireSql);
        command.Parameters.AddAll([SqlParameters.Moment(time.GetUtcNow() - (options.Value.LockoutTime * 2)), SqlParameters.Int32(limit)]);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private static byte[] KeyOf(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));
}
