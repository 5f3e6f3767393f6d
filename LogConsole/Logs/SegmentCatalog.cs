using LogConsole.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Logs;

/// <summary>A child table of <c>logs</c> with what is recorded of it.</summary>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Bytes of row data copied into it (before PostgreSQL's own overhead).</param>
/// <param name="From">Lowest event time, null when empty.</param>
/// <param name="To">Highest event time, null when empty.</param>
/// <param name="LastArrival">Highest arrival time, null when empty.</param>
public sealed record LogSegment(
    int Id, DateTimeOffset CreatedAt, DateTimeOffset? ClosedAt, long Rows, long Bytes, DateTimeOffset? From, DateTimeOffset? To, DateTimeOffset? LastArrival)
{
    /// <summary>Its table; made of a number, never of input.</summary>
    public string Table => TableOf(Id);

    internal static string TableOf(int id) => $"logs_{id}";
}

/// <summary>
/// Segments of the log table: plain child tables, cut by size or age at the moment a batch finds the current one full, so that
/// retention by bytes can drop whole tables whatever the rate (docs/decisions/0004-log-segments.md).
/// </summary>
public sealed class SegmentCatalog(Database database, IOptions<LogsOptions> options, TimeProvider time)
{
    private const string ListSql =
        """
        select s.id, s.created_at, s.closed_at, coalesce(sum(r.rows), 0)::bigint, coalesce(sum(r.bytes), 0)::bigint,
               min(r.min_ts), max(r.max_ts), max(r.max_observed)
        from log_segments s left join log_segment_ranges r on r.segment_id = s.id
        group by s.id order by s.id
        """;

    private const string TurnSql = "select pg_advisory_xact_lock(hashtext('logconsole:segments'))";

    private LogSegment? _current;

    /// <summary>All segments, oldest first.</summary>
    public async Task<IReadOnlyList<LogSegment>> ListAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        return await ListAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The segment to write to now; makes or cuts one when needed. Called by the pipeline loop only.</summary>
    /// <param name="connection">Open, outside a transaction.</param>
    /// <param name="full">True when the caller knows the current one to be full or gone.</param>
    internal async ValueTask<int> CurrentAsync(NpgsqlConnection connection, bool full, CancellationToken cancellationToken)
    {
        if (_current is not null && !full)
        {
            return _current.Id;
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, TurnSql, cancellationToken).ConfigureAwait(false);
        var newest = (await ListAsync(connection, cancellationToken).ConfigureAwait(false)).LastOrDefault(segment => segment.ClosedAt is null);
        if (newest is null || IsFull(newest))
        {
            newest = await CutAsync(connection, newest, cancellationToken).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        _current = newest;
        return newest.Id;
    }

    /// <summary>Forgets the current segment: it is looked up before the next batch.</summary>
    internal void Forget() => _current = null;

    /// <summary>True when the current segment has reached its size or age.</summary>
    /// <param name="bytes">Bytes this writer has put into it.</param>
    internal bool IsCurrentFull(long bytes) => _current is not null && IsFull(_current with { Bytes = bytes, Rows = 1 });

    private bool IsFull(LogSegment segment)
    {
        var limits = options.Value;
        return segment.Bytes >= Math.Min(limits.SegmentBytes, limits.RetentionBytes / 20)
            || (segment.Rows != 0 && time.GetUtcNow() - segment.CreatedAt >= limits.SegmentAge);
    }

    private async Task<LogSegment> CutAsync(NpgsqlConnection connection, LogSegment? old, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (old is not null)
        {
            await using var close = new NpgsqlCommand("update log_segments set closed_at = $2 where id = $1", connection)
            {
                Parameters = { new NpgsqlParameter<int> { TypedValue = old.Id }, new NpgsqlParameter<DateTimeOffset> { TypedValue = now } },
            };
            await close.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }

        await using var insert = new NpgsqlCommand("insert into log_segments (created_at) values ($1) returning id", connection)
        {
            Parameters = { new NpgsqlParameter<DateTimeOffset> { TypedValue = now } },
        };
        var id = (int)(await insert.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
        var table = LogSegment.TableOf(id);
        await ExecuteAsync(connection, $"create table {table} (like logs) inherits (logs)", cancellationToken).ConfigureAwait(false);
        await ExecuteAsync(connection, $"create index {table}_ts on {table} (ts)", cancellationToken).ConfigureAwait(false);

        // Ids only grow, so a few bytes a megabyte of rows find one: next to nothing to write.
        await ExecuteAsync(connection, $"create index {table}_id on {table} using brin (id) with (autosummarize = on)", cancellationToken).ConfigureAwait(false);
        return new LogSegment(id, now, null, 0, 0, null, null, null);
    }

    private static async Task<IReadOnlyList<LogSegment>> ListAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var segments = new List<LogSegment>();
        await using var command = new NpgsqlCommand(ListSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            segments.Add(new LogSegment(
                reader.GetInt32(0), reader.GetFieldValue<DateTimeOffset>(1), Moment(reader, 2), reader.GetInt64(3), reader.GetInt64(4),
                Moment(reader, 5), Moment(reader, 6), Moment(reader, 7)));
        }

        return segments;
    }

    private static DateTimeOffset? Moment(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }
}
