using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Anomalies.Incidents;

/// <summary>Deletes resolved incidents with their anomalies and timelines when nobody changed them for long.</summary>
internal sealed class IncidentRetention(Database database, IOptions<AnomalyOptions> options, TimeProvider time)
{
    private const string DeleteSql = "delete from incidents where state = 2 and changed_at < $1";

    private const string DeleteAnomaliesSql = "delete from anomalies where ended and incident_id is null and last_window < $1";

    /// <summary>One round. Throws what the database throws.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        foreach (var sql in (string[])[DeleteSql, DeleteAnomaliesSql])
        {
            await using var command = new NpgsqlCommand(sql, connection)
            {
                Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = time.GetUtcNow() - options.Value.Retention } },
            };
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
