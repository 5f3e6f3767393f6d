using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Storage;

/// <summary>
/// Which consoles work on a database now. Each holds a shared advisory lock, named after its identity, on a connection that lives as long
/// as the console is in touch with the server; the server gives it up when the connection ends, however it ends.
/// </summary>
internal static class InstancePresence
{
    // 27755 is the class of these locks (27754 is that of jobs); (27756, 0) is the gate between arriving and being alone.
    // The gate is let go when the statement ends, the presence when the session does.
    private const string ArriveSql = "select pg_advisory_xact_lock_shared(27756, 0), pg_advisory_lock_shared(27755, hashtext($1))";

    private const string CloseGateSql = "select pg_advisory_xact_lock(27756, 0)";

    private const string OthersSql =
        """
        select count(distinct objid) from pg_locks
        where locktype = 'advisory' and classid = 27755 and objsubid = 2 and granted
          and database = (select oid from pg_database where datname = current_database())
          and objid::bigint <> (hashtext($1)::bigint & 4294967295)
        """;

    /// <summary>Says that the console is here, for as long as the connection lives. Waits while somebody makes sure of being alone.</summary>
    public static async Task ArriveAsync(NpgsqlConnection connection, Guid instance, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(ArriveSql, connection) { Parameters = { Text(instance) } };
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Inside a transaction: how many other consoles there are. None can arrive until the transaction ends.</summary>
    public static async Task<long> OthersAsync(NpgsqlConnection connection, Guid instance, CancellationToken cancellationToken)
    {
        await using (var gate = new NpgsqlCommand(CloseGateSql, connection))
        {
            await gate.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await using var command = new NpgsqlCommand(OthersSql, connection) { Parameters = { Text(instance) } };
        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }

    private static NpgsqlParameter<string> Text(Guid instance) => new() { TypedValue = instance.ToString(), NpgsqlDbType = NpgsqlDbType.Text };
}
