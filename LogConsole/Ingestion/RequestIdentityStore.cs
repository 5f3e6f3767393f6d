using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Ingestion;

/// <summary>A request that was committed before.</summary>
/// <param name="BodyHash">SHA-256, 32 bytes.</param>
/// <param name="Records">How many records it carried.</param>
public sealed record KnownRequest(ReadOnlyMemory<byte> BodyHash, int Records);

/// <summary>Looks up requests committed before, by this instance or another. The commit writes them.</summary>
public interface IRequestIdentityStore
{
    /// <summary>The request committed under this key and not expired, or null. Throws what the database throws.</summary>
    ValueTask<KnownRequest?> FindAsync(string owner, string key, CancellationToken cancellationToken);
}

/// <summary>The table <c>request_identities</c>.</summary>
internal sealed class RequestIdentityStore(Database database, TimeProvider time) : IRequestIdentityStore
{
    private const string FindSql = "select body_hash, records from request_identities where owner = $1 and key = $2 and expires_at > $3";

    public async ValueTask<KnownRequest?> FindAsync(string owner, string key, CancellationToken cancellationToken)
    {
        var command = database.Source.CreateCommand(FindSql);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = owner });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = key });
            command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() });
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                return await reader.ReadAsync(cancellationToken).ConfigureAwait(false)
                    ? new KnownRequest(await reader.GetFieldValueAsync<byte[]>(0, cancellationToken).ConfigureAwait(false), reader.GetInt32(1))
                    : null;
            }
        }
    }
}
