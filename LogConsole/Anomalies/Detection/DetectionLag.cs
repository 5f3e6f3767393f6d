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
        select extract(epoch from (select max(window_start) from rollup_severity where window_start <= $1)
                                - (select least(max(judged_to), $1) from detector_states))::float8
        """;

    /// <summary>
    /// Seconds of event time between the newest stored window and the newest judged one. In a live stream the allowed lateness and a little more;
    /// more while older data is judged first. Null when detection is off or has nothing to judge.
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
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is double seconds ? Math.Max(0, seconds) : null;
    }
}
