using System.Globalization;
using Npgsql;

namespace LogConsole.Storage;

/// <summary>
/// Deletes many rows of a table in bounded steps, each a transaction of its own that reads a stretch of its pages once, so that nobody waits for long.
/// Rows that come meanwhile behind the end are left.
/// </summary>
public static class PagedDelete
{
    /// <summary>Pages of one step, 8 KiB each.</summary>
    public const int StepPages = 4_096;

    private const string PagesSql = "select pg_relation_size(to_regclass($1)) / current_setting('block_size')::bigint";

    /// <summary>Runs a statement for every stretch of a table.</summary>
    /// <param name="table">Made of constants and numbers, never of input.</param>
    /// <param name="statement">Deletes; has <c>{pages}</c> where the condition that names the stretch belongs.</param>
    /// <param name="values">The statement's parameters.</param>
    public static async Task RunAsync(Database database, string table, string statement, IReadOnlyList<object> values, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var pages = await PagesAsync(connection, table, cancellationToken).ConfigureAwait(false);
        for (long page = 0; page < pages; page += StepPages)
        {
            var stretch = string.Create(CultureInfo.InvariantCulture, $"ctid >= '({page},0)' and ctid < '({page + StepPages},0)'");
            await using var command = new NpgsqlCommand(statement.Replace("{pages}", stretch, StringComparison.Ordinal), connection);
            foreach (var value in values)
            {
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            }

            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<long> PagesAsync(NpgsqlConnection connection, string table, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(PagesSql, connection) { Parameters = { new NpgsqlParameter<string> { TypedValue = table } } };
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long pages ? pages : 0;
    }
}
