using LogConsole.Ingestion.Simulator;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Logs;

/// <summary>The demo stream's rows: closed segments that hold nothing else are dropped, from the others its rows are deleted.</summary>
internal sealed class DemoRows(Database database, SegmentCatalog segments) : IDemoDataOwner
{
    // The writer's number is the low ten bits of the record id (RecordIds); ranges are kept by writer.
    private const string DeleteSql =
        """
        with gone as (delete from {table} where service_id = any($1) and {pages} returning (id & 1023)::smallint as writer),
        counted as (select writer, count(*) as rows from gone group by writer)
        update log_segment_ranges r set bytes = r.bytes - (r.bytes * c.rows / greatest(r.rows, 1)), rows = r.rows - c.rows
        from counted c where r.segment_id = $2 and r.writer = c.writer
        """;

    // Whoever has written a row holds its range until both are committed: with the ranges locked, the rows seen next are all they tell of.
    private const string LockSql = "select from log_segment_ranges where segment_id = $1 for update";

    private const string EmptySql = "delete from log_segment_ranges where segment_id = $1 and rows <= 0";

    private const string NarrowSql =
        """
        update log_segment_ranges r set min_ts = greatest(r.min_ts, left_over.low), max_ts = least(r.max_ts, left_over.high)
        from (select min(ts) as low, max(ts) as high from {table}) left_over where r.segment_id = $1 and left_over.low is not null
        """;

    private const string BlocksSql =
        "delete from log_search_blocks b where segment_id = $1 and not exists (select from {table} l where l.ts between b.min_ts and b.max_ts)";

    /// <inheritdoc/>
    public int Order => 100;

    /// <inheritdoc/>
    public bool BetweenBatches => false;

    /// <inheritdoc/>
    public async Task RemoveAsync(IReadOnlyList<int> serviceIds, CancellationToken cancellationToken)
    {
        int[] ids = [.. serviceIds];
        foreach (var segment in await segments.ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (segment.ClosedAt is null || !await TryDropAsync(segment, ids, cancellationToken).ConfigureAwait(false))
            {
                var sql = DeleteSql.Replace("{table}", segment.Table, StringComparison.Ordinal);
                await PagedDelete.RunAsync(database, segment.Table, sql, [ids, segment.Id], cancellationToken).ConfigureAwait(false);
                await NarrowAsync(segment, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // What is recorded of the segment tells of the rows that are left.
    private async Task NarrowAsync(LogSegment segment, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        foreach (var sql in (string[])[LockSql, EmptySql, NarrowSql, BlocksSql])
        {
            await using var command = new NpgsqlCommand(sql.Replace("{table}", segment.Table, StringComparison.Ordinal), connection) { Parameters = { new NpgsqlParameter<int> { TypedValue = segment.Id } } };
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<bool> TryDropAsync(LogSegment segment, int[] ids, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using (var question = new NpgsqlCommand($"select exists (select from {segment.Table} where service_id <> all($1))", connection)
        {
            Parameters = { new NpgsqlParameter<int[]> { TypedValue = ids } },
        })
        {
            if ((bool)(await question.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!)
            {
                return false;
            }
        }

        await using var drop = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand($"drop table if exists {segment.Table}"),
                new NpgsqlBatchCommand("delete from log_segments where id = $1") { Parameters = { new NpgsqlParameter<int> { TypedValue = segment.Id } } },
            },
        };
        await drop.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }
}
