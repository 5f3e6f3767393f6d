using Npgsql;

namespace LogConsole.Storage;

/// <summary>
/// Deletes all log data: records, rollups, patterns, names, dead letters, identities, anomalies, incidents. Writers, settings and the schema stay; ids are never given again.
/// Only for a console that is alone: another one would go on with what it has in memory.
/// </summary>
public sealed class DataReset(Database database, InstanceIdentity instance)
{
    private const string SegmentsSql = "select id from log_segments order by id";

    private const string TruncateSql =
        """
        truncate log_search_filters, log_search_blocks, log_segment_ranges, log_segments, rollup_severity, rollup_template, rollup_arrival, watermarks, templates, services, sources,
                 resources, segment_resources, listening, dead_letters, dropped_records, request_identities, checkpoints,
                 detection_progress, detector_states, incidents, anomalies, incident_events continue identity
        """;

    /// <summary>
    /// In one transaction. Throws <see cref="ResetRefusedException"/> when other consoles work on this database, and what the database throws;
    /// then nothing is deleted.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        var others = await InstancePresence.OthersAsync(connection, instance.Id, cancellationToken).ConfigureAwait(false);
        if (others != 0)
        {
            throw new ResetRefusedException(others);
        }

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

/// <summary>A reset is for one console alone; the message says what to do.</summary>
public sealed class ResetRefusedException(long others)
    : Exception(others == 1
        ? "Another console works on this database, and nothing was deleted: stop it, then reset."
        : $"{others} other consoles work on this database, and nothing was deleted: stop them, then reset.");
