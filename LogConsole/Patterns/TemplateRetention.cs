using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Patterns;

/// <summary>
/// Deletes stored templates nobody needs: no start would load them (their service has <see cref="DrainOptions.MaxClusters"/> more recent
/// ones), this instance does not mine with them, no rollup counts them, and no log row that is kept can carry them.
/// Another instance that still mines with one stores it again, under its id, with its next line.
/// </summary>
public sealed class TemplateRetention(Database database, TemplateCatalog catalog, IOptions<DrainOptions> options, TimeProvider time)
{
    private const int RowsPerRound = 10_000;

    private const string Sql =
        """
        with ranked as (
            select id, row_number() over (partition by service_id order by miner_state = $2 desc, last_seen desc, id desc) as rank
            from templates
        ),
        unneeded as (
            select t.id
            from templates t
            join ranked on ranked.id = t.id
            where ranked.rank > $1 and t.last_seen < $3 and t.created_at < $3 and t.id <> all($4)
              and not exists (select from rollup_template r where r.template_id = t.id)
            order by t.last_seen
            limit $5
            for update of t skip locked
        )
        delete from templates t using unneeded where t.id = unneeded.id
        """;

    /// <summary>One round: at most 10,000 rows, one statement. Throws what the database throws.</summary>
    /// <param name="logRetention">How long log rows are kept.</param>
    /// <returns>Templates deleted.</returns>
    public async Task<int> RunOnceAsync(TimeSpan logRetention, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = options.Value.MaxClusters },
                new NpgsqlParameter<string> { TypedValue = TemplateCodec.CatchAllState },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() - logRetention },
                new NpgsqlParameter<int[]> { TypedValue = [.. catalog.Snapshot().Select(template => template.Id)] },
                new NpgsqlParameter<int> { TypedValue = RowsPerRound },
            },
        };
        return await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
