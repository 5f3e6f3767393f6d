using Npgsql;

namespace LogConsole.Storage;

/// <summary>Deletes all log data: records, rollups, patterns, names, dead letters, identities, anomalies, incidents. Writers, settings and the schema stay; ids are never given again.</summary>
public sealed class DataReset(Database database)
{
    private const string SegmentsSql = "select id from log_segments order by id";

    private const string TruncateSql =
        """
        truncate log_segment_ranges, log_segments, rollup_severity, rollup_template, rollup_arrival, watermarks, templates, services, sources,
                 resources, dead_letters, request_identities, checkpoints,
                 detection_progress, detector_states, incidents, anomalies, incident_events continue identity
        """;

    /// <summary>In one transaction. Throws what the database throws; then nothing is deleted.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var segments = new List<int>();
        await using (var list = new NpgsqlCommand(SegmentsSql, connection))
        await using (var reader = await list.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                segments.Add(reader.GetInt32(0));
            }
        }

        foreach (var id in segments)
        {
            await ExecuteAsync(connection, $"drop table if exists logs_{id}", cancellationToken).ConfigureAwait(false);
        }

        await ExecuteAsync(connection, TruncateSql, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
