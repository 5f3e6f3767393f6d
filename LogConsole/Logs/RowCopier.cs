using System.Text;
using LogConsole.Ingestion;
using LogConsole.Logs.Search;
using LogConsole.Pipeline;
using Npgsql;
using NpgsqlTypes;

namespace LogConsole.Logs;

/// <summary>Copies a batch's rows into a segment and records the segment's ranges, inside the batch's transaction. One batch at a time.</summary>
internal sealed class RowCopier : IDisposable
{
    // Sent in pieces, so that the server parses while the next rows are encoded.
    private const int ChunkBytes = 256 << 10;

    private const int MaxKnownResources = 100_000;

    // In the order of ids, so that two instances with the same ones cannot wait for each other.
    private const string ResourcesSql =
        "insert into resources (id, json) select * from unnest($1::bigint[], $2::jsonb[]) on conflict (id) do nothing";

    private const string UsesSql =
        "insert into segment_resources (segment_id, resource_id) select $1, id from unnest($2::bigint[]) as d(id) on conflict (segment_id, resource_id) do nothing";

    private const string RangeSql =
        """
        insert into log_segment_ranges as r (segment_id, writer, rows, bytes, min_ts, max_ts, min_observed, max_observed)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (segment_id, writer) do update set
            rows = r.rows + excluded.rows, bytes = r.bytes + excluded.bytes,
            min_ts = least(r.min_ts, excluded.min_ts), max_ts = greatest(r.max_ts, excluded.max_ts),
            min_observed = least(r.min_observed, excluded.min_observed), max_observed = greatest(r.max_observed, excluded.max_observed)
        returning bytes
        """;

    private readonly PgBinaryWriter _writer = new();
    private readonly SearchBlockWriter _blocks = new();

    // Ids that the segment is recorded to use, and which are therefore stored as long as it is. Emptied when it reaches its limit;
    // then they are offered again, which costs a little and changes nothing.
    private readonly HashSet<long> _known = [];
    private SortedDictionary<long, SharedJson> _offered = []; // by the batch that is being written
    private int _segment;

    /// <summary>Writes all rows; returns the bytes this writer has in the segment after it.</summary>
    public async Task<long> WriteAsync(BatchTransaction transaction, int segment, long firstId, CancellationToken cancellationToken)
    {
        if (segment != _segment)
        {
            _known.Clear();
            _segment = segment;
        }

        // Rows first: a segment that was dropped meanwhile shows there as a missing table, not as a record's fault.
        var bytes = await CopyAsync(transaction, segment, firstId, cancellationToken).ConfigureAwait(false);
        await WriteResourcesAsync(transaction, segment, cancellationToken).ConfigureAwait(false);
        return await WriteRangeAsync(transaction, segment, bytes, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The batch last written is durable: its resources need not be offered again to its segment.</summary>
    public void Committed()
    {
        if (_known.Count > MaxKnownResources)
        {
            _known.Clear();
        }

        _known.UnionWith(_offered.Keys);
        _blocks.Committed();
    }

    /// <summary>What is known may be gone, e.g. after a reset.</summary>
    public void Forget()
    {
        _known.Clear();
        _blocks.Forget();
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private async Task<long> CopyAsync(BatchTransaction transaction, int segment, long firstId, CancellationToken cancellationToken)
    {
        var batch = transaction.Batch;
        long bytes = 0;
        _blocks.Begin(segment);
        _writer.Clear();
        _writer.Header();
        await using var stream = await transaction.Connection
            .BeginRawBinaryCopyAsync($"copy {LogSegment.TableOf(segment)} ({LogColumns.List}) from stdin (format binary)", cancellationToken)
            .ConfigureAwait(false);
        for (var i = 0; i < batch.Records.Length; i++)
        {
            var id = RecordIds.At(firstId, i);
            LogRowEncoder.Write(_writer, batch, i, id);
            _blocks.Add(id, batch.Records[i]);
            if (_writer.Length >= ChunkBytes)
            {
                bytes += _writer.Length;
                await stream.WriteAsync(_writer.Written, cancellationToken).ConfigureAwait(false);
                _writer.Clear();
            }
        }

        _writer.Trailer();
        bytes += _writer.Length;
        await stream.WriteAsync(_writer.Written, cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    private async Task WriteResourcesAsync(BatchTransaction transaction, int segment, CancellationToken cancellationToken)
    {
        _offered = [];
        foreach (var record in transaction.Batch.Records)
        {
            Collect(record.Resource);
            Collect(record.Scope);
        }

        if (_offered.Count == 0)
        {
            return;
        }

        long[] ids = [.. _offered.Keys];
        await using var batch = new NpgsqlBatch(transaction.Connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(ResourcesSql)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<long[]> { TypedValue = ids },
                        new NpgsqlParameter { Value = Texts(_offered), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
                    },
                },
                new NpgsqlBatchCommand(UsesSql)
                {
                    Parameters = { new NpgsqlParameter<int> { TypedValue = segment }, new NpgsqlParameter<long[]> { TypedValue = ids } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);

        void Collect(SharedJson? shared)
        {
            if (shared is not null && !_known.Contains(shared.Id))
            {
                _offered.TryAdd(shared.Id, shared);
            }
        }
    }

    private static string[] Texts(SortedDictionary<long, SharedJson> fresh) =>
        [.. fresh.Values.Select(shared => Encoding.UTF8.GetString(shared.Json.Span))];

    private async Task<long> WriteRangeAsync(BatchTransaction transaction, int segment, long bytes, CancellationToken cancellationToken)
    {
        var records = transaction.Batch.Records;
        var (from, to) = (LogTimestamp.MaxValue, LogTimestamp.MinValue);
        var (firstArrival, lastArrival) = (LogTimestamp.MaxValue, LogTimestamp.MinValue);
        foreach (var record in records)
        {
            from = record.Timestamp < from ? record.Timestamp : from;
            to = record.Timestamp > to ? record.Timestamp : to;
            firstArrival = record.ObservedTimestamp < firstArrival ? record.ObservedTimestamp : firstArrival;
            lastArrival = record.ObservedTimestamp > lastArrival ? record.ObservedTimestamp : lastArrival;
        }

        await using var command = new NpgsqlBatch(transaction.Connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(RangeSql)
                {
                    Parameters =
                    {
                        new NpgsqlParameter<int> { TypedValue = segment },
                        new NpgsqlParameter<short> { TypedValue = transaction.Writer },
                        new NpgsqlParameter<long> { TypedValue = records.Length },
                        new NpgsqlParameter<long> { TypedValue = bytes },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = from.ToDateTimeOffset() },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = to.ToDateTimeOffset() },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = firstArrival.ToDateTimeOffset() },
                        new NpgsqlParameter<DateTimeOffset> { TypedValue = lastArrival.ToDateTimeOffset() },
                    },
                },
            },
        };
        foreach (var statement in _blocks.Commands())
        {
            command.BatchCommands.Add(statement);
        }

        return (long)(await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false))!;
    }
}
