using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Logs;

/// <summary>Closes segments that are old though nobody writes, drops those beyond retention, and forgets expired request identities.</summary>
public sealed partial class SegmentRetention(
    Database database, SegmentCatalog segments, IOptions<LogsOptions> options, TimeProvider time, ILogger<SegmentRetention> logger)
{
    // A block's filter takes a page.
    private const string SizeSql =
        """
        select coalesce(pg_total_relation_size(to_regclass($1)), 0)
             + (select count(*) from log_search_blocks where segment_id = $2 and filtered) * current_setting('block_size')::bigint
        """;

    private const string CloseSql = "update log_segments set closed_at = $1 where closed_at is null and created_at < $2";
    private const string IdentitiesSql = "delete from request_identities where expires_at < $1";

    /// <summary>Bytes all segments take on disk, indexes included.</summary>
    public async Task<long> DiskBytesAsync(CancellationToken cancellationToken) =>
        (await MeasureAsync(cancellationToken).ConfigureAwait(false)).Sum(item => item.DiskBytes);

    /// <summary>One round. Throws what the database throws.</summary>
    /// <param name="lease">
    /// Checked before every drop, because a round may take long and a drop is for ever: a holder that was cut off must not go on by limits
    /// that may not be the new holder's. Null for a caller that is alone.
    /// </param>
    public async Task RunOnceAsync(JobLease? lease, CancellationToken cancellationToken)
    {
        var limits = options.Value;
        var now = time.GetUtcNow();
        await using (var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false))
        {
            await ExecuteAsync(connection, CloseSql, cancellationToken, now, now - limits.SegmentAge).ConfigureAwait(false);
            await ExecuteAsync(connection, IdentitiesSql, cancellationToken, now).ConfigureAwait(false);
        }

        foreach (var segment in RetentionPlan.ToDrop(await MeasureAsync(cancellationToken).ConfigureAwait(false), limits, now))
        {
            try
            {
                await DropAsync(segment, lease, cancellationToken).ConfigureAwait(false);
                LogDropped(segment.Table, segment.Rows, segment.To?.UtcDateTime);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                LogStillRead(segment.Table);
            }
        }
    }

    private async Task DropAsync(LogSegment segment, JobLease? lease, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, "set local lock_timeout = '5s'", cancellationToken).ConfigureAwait(false);
        if (lease is not null)
        {
            await lease.CheckAsync(connection, cancellationToken).ConfigureAwait(false);
        }

        await ExecuteAsync(connection, $"drop table if exists {segment.Table}", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, "delete from log_segments where id = $1", cancellationToken, segment.Id).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All segments, oldest first, with the bytes each takes on disk, indexes included.</summary>
    internal async Task<IReadOnlyList<(LogSegment Segment, long DiskBytes)>> MeasureAsync(CancellationToken cancellationToken)
    {
        var measured = new List<(LogSegment, long)>();
        var all = await segments.ListAsync(cancellationToken).ConfigureAwait(false);
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        foreach (var segment in all)
        {
            await using var command = new NpgsqlCommand(SizeSql, connection)
            {
                Parameters = { new NpgsqlParameter<string> { TypedValue = segment.Table }, new NpgsqlParameter<int> { TypedValue = segment.Id } },
            };
            measured.Add((segment, (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!));
        }

        return measured;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(2002, LogLevel.Information, "{Table} is being read; it is dropped in the next round")]
    private partial void LogStillRead(string table);

    [LoggerMessage(2001, LogLevel.Information, "Retention dropped {Table}: {Rows} rows, newest event {To:yyyy-MM-ddTHH:mm:ssZ}")]
    private partial void LogDropped(string table, long rows, DateTime? to);
}
