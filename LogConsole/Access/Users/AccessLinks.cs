using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Access.Users;

/// <summary>
/// One-time links: a random token that is given out once and stored as its hash. Without a user, the link makes the first administrator;
/// else it sets that user's password.
/// </summary>
internal sealed class AccessLinks(Database database, TimeProvider time)
{
    /// <summary>How long the link of the first administrator works.</summary>
    public static readonly TimeSpan FirstAdminLifetime = TimeSpan.FromMinutes(15);

    /// <summary>How long the link of a new user, or for a new password, works.</summary>
    public static readonly TimeSpan UserLifetime = TimeSpan.FromHours(24);

    /// <summary>Where links lead; the token follows.</summary>
    public const string Path = "/welcome";

    private const int TokenBytes = 32;

    // A new link for somebody ends the ones before; first administrators' links are of several instances.
    private const string MakeSql =
        """
        with replaced as (delete from access_links where user_id = $2)
        insert into access_links (hash, user_id, created_at, expires_at) values ($1, $2, $3, $4)
        """;

    private const string FindSql = "select user_id from access_links where hash = $1 and expires_at > $2";
    private const string UseSql = "delete from access_links where hash = $1 and expires_at > $2";
    private const string UsedForFirstAdminSql = "delete from access_links where user_id is null";
    private const string RetireSql = "delete from access_links where hash in (select hash from access_links where expires_at < $1 limit $2)";

    /// <summary>A link for people. An address that means every network is reached by the name of this machine.</summary>
    /// <param name="address">Where the console is reached; null for its default.</param>
    public static string UrlOf(string? address, string token)
    {
        var reachable = (address ?? ConsoleHost.DefaultUrl).Replace("://[::]", "://localhost", StringComparison.Ordinal)
            .Replace("://0.0.0.0", "://localhost", StringComparison.Ordinal).Replace("://+", "://localhost", StringComparison.Ordinal).Replace("://*", "://localhost", StringComparison.Ordinal);
        return $"{reachable.TrimEnd('/')}{Path}?token={token}";
    }

    /// <summary>Makes a link and returns its token, which is nowhere else.</summary>
    public async Task<string> MakeAsync(int? userId, CancellationToken cancellationToken)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));
        var now = time.GetUtcNow();
        await ExecuteAsync(
            MakeSql,
            [SqlParameters.Bytes(HashOf(token)), SqlParameters.Int32(userId), SqlParameters.Moment(now), SqlParameters.Moment(now + (userId is null ? FirstAdminLifetime : UserLifetime))],
            cancellationToken).ConfigureAwait(false);
        return token;
    }

    /// <summary>Whether a token would work now, and for whom (no user: the first administrator).</summary>
    public async Task<(bool Works, int? UserId)> FindAsync(string token, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(FindSql);
        command.Parameters.AddAll([SqlParameters.Bytes(HashOf(token)), SqlParameters.Moment(time.GetUtcNow())]);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) switch
        {
            null => (false, null),
            int id => (true, id),
            _ => (true, null),
        };
    }

    /// <summary>Uses a token up. True for exactly one caller.</summary>
    public async Task<bool> UseAsync(string token, CancellationToken cancellationToken) =>
        await ExecuteAsync(UseSql, [SqlParameters.Bytes(HashOf(token)), SqlParameters.Moment(time.GetUtcNow())], cancellationToken).ConfigureAwait(false) == 1;

    /// <summary>There is an administrator: no link makes another.</summary>
    public Task EndFirstAdminLinksAsync(CancellationToken cancellationToken) => ExecuteAsync(UsedForFirstAdminSql, [], cancellationToken);

    /// <summary>Deletes up to <paramref name="limit"/> links that work no more.</summary>
    public Task<int> RetireAsync(int limit, CancellationToken cancellationToken) =>
        ExecuteAsync(RetireSql, [SqlParameters.Moment(time.GetUtcNow()), SqlParameters.Int32(limit)], cancellationToken);

    private async Task<int> ExecuteAsync(string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = database.Source.CreateCommand(sql);
        command.Parameters.AddAll(parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    // A token holds 256 random bits: it needs no slow hash, and finding it by its hash tells nothing about it.
    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
