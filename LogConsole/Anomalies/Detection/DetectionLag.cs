using LogConsole.Metrics;
using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Anomalies.Detection;

/// <summary>How far detection is behind what is stored. Thread-safe. Throws what the database throws.</summary>
public sealed class DetectionLag(Database database, IOptions<AnomalyOptions> options, TimeProvider time)
{
    // Times of the future are stored and never judged before they come.
    private const string ReadSql =
        """
        select coalesce(
            extract(epoch from (select max(window_start) from rollup_severity where window_start <= $1)
                - (select min(window_start) from rollup_severity where window_start <= $1 and window_start >= (select max(judged_to) from detector_states))),
            (select 0 from detector_states limit 1))::float8
        """;

    /// <summary>
    /// Seconds of event time from the oldest stored window that is later than what is judged to the newest. In a live stream the allowed lateness and a little
    /// more; more while older data is judged first; 0 when all is judged. Null when detection is off or never judged anything.
    /// </summary>
    public async Task<double?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!options.Value.Enabled)
        {
            return null;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(ReadSql, connection)
        {
            Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = BucketWidth.Floor(time.GetUtcNow(), BucketWidth.Rollup) } },
        };
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as double?;
    }
}
