using LogConsole.Ingestion;
using Npgsql;

namespace LogConsole.Logs.Search;

/// <summary>
/// Cuts the rows of batches into blocks and stores what they hold, in the rows' transaction. The filters of blocks that still grow are
/// in memory only: when they are lost, the blocks stay without one and are read like ones that can match. Used by the pipeline loop only.
/// </summary>
internal sealed class SearchBlockWriter
{
    private const string BlocksSql =
        """
        insert into log_search_blocks (id, segment_id, rows, min_ts, max_ts, filtered)
        select d.id, $1, d.rows, d.min_ts, d.max_ts, d.filtered
        from unnest($2::bigint[], $3::int[], $4::timestamptz[], $5::timestamptz[], $6::boolean[]) as d(id, rows, min_ts, max_ts, filtered)
        on conflict (id) do update set rows = excluded.rows, min_ts = excluded.min_ts, max_ts = excluded.max_ts, filtered = excluded.filtered
        """;

    private const string FiltersSql = "insert into log_search_filters (block_id, filter) select * from unnest($1::bigint[], $2::bytea[])";

    private readonly GrowingBlocks _blocks = new();
    private int _segment;
    private bool _uncommitted;

    /// <summary>A batch begins. What a batch before it left that was not committed is forgotten.</summary>
    public void Begin(int segment)
    {
        if (_uncommitted || segment != _segment)
        {
            Forget();
        }

        _uncommitted = true;
        _segment = segment;
        _blocks.Begin();
    }

    /// <summary>The next row of the batch.</summary>
    public void Add(long id, LogRecord record) => _blocks.Add(id, record);

    /// <summary>The statements that store the blocks the batch has touched.</summary>
    public IEnumerable<NpgsqlBatchCommand> Commands()
    {
        var (touched, ended) = _blocks.Changes;
        SearchBlock[] all = [.. touched, .. ended];
        yield return new NpgsqlBatchCommand(BlocksSql)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = _segment },
                new NpgsqlParameter<long[]> { TypedValue = [.. all.Select(block => block.Id)] },
                new NpgsqlParameter<int[]> { TypedValue = [.. all.Select(block => block.Rows)] },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. all.Select(block => block.From.ToDateTimeOffset())] },
                new NpgsqlParameter<DateTimeOffset[]> { TypedValue = [.. all.Select(block => block.To.ToDateTimeOffset())] },
                new NpgsqlParameter<bool[]> { TypedValue = [.. all.Select((_, i) => i >= touched.Count)] },
            },
        };
        if (ended.Count != 0)
        {
            yield return new NpgsqlBatchCommand(FiltersSql)
            {
                Parameters =
                {
                    new NpgsqlParameter<long[]> { TypedValue = [.. ended.Select(block => block.Id)] },
                    new NpgsqlParameter<byte[][]> { TypedValue = [.. ended.Select(block => block.Filter.Content)] },
                },
            };
        }
    }

    /// <summary>The batch last written is durable: the growing blocks go on.</summary>
    public void Committed() => _uncommitted = false;

    /// <summary>The growing blocks end without filters: their rows, or some, may not be stored.</summary>
    public void Forget()
    {
        _blocks.Clear();
        _uncommitted = false;
    }
}
