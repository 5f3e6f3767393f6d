using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Logs;

/// <summary>
/// Deletes resources and scopes that no kept segment uses. Safe beside commits: a commit that takes one up records so in
/// <c>segment_resources</c>, whose reference holds the row. Whoever comes first makes the other wait or fail: a resource that was just deleted
/// is inserted again by the commit, and one that was just taken up refuses to be deleted.
/// </summary>
public sealed class ResourceRetention(Database database)
{
    private const int RowsPerRound = 10_000;

    private const string Sql =
        """
        with unused as (
            select id from resources r where not exists (select from segment_resources s where s.resource_id = r.id)
            order by id limit $1 for update skip locked
        )
        delete from resources r using unused where r.id = unused.id
        """;

    /// <summary>Rounds of one transaction each until nothing is left to delete. Throws what the database throws.</summary>
    /// <returns>Resources deleted.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var deleted = 0;
        while (true)
        {
            try
            {
                var round = await DeleteAsync(connection, cancellationToken).ConfigureAwait(false);
                deleted += round;
                if (round < RowsPerRound)
                {
                    return deleted;
                }
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
            {
                // A commit took one of them up between the look and the delete: the next call finds the others.
                return deleted;
            }
        }
    }

    private static async Task<int> DeleteAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = RowsPerRound } } };
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
