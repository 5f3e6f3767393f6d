using LogConsole.Ingestion.Simulator;
using LogConsole.Storage;

namespace LogConsole.Metrics;

/// <summary>The demo stream's rollups and its clock.</summary>
internal sealed class DemoRollups(Database database) : IDemoDataOwner
{
    private static readonly (string Table, string Sql)[] s_statements =
    [
        ("rollup_template", "delete from rollup_template where template_id in (select id from templates where service_id = any($1)) and {pages}"),
        ("rollup_severity", "delete from rollup_severity where service_id = any($1) and {pages}"),
        ("rollup_arrival", "delete from rollup_arrival where service_id = any($1) and {pages}"),
    ];

    /// <inheritdoc/>
    public int Order => 200;

    /// <inheritdoc/>
    public bool BetweenBatches => false;

    /// <inheritdoc/>
    public async Task RemoveAsync(IReadOnlyList<int> serviceIds, CancellationToken cancellationToken)
    {
        int[] ids = [.. serviceIds];
        foreach (var (table, sql) in s_statements)
        {
            await PagedDelete.RunAsync(database, table, sql, [ids], cancellationToken).ConfigureAwait(false);
        }

        await using var clock = database.Source.CreateCommand($"delete from watermarks where source = '{DemoStream.Source}'");
        await clock.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
