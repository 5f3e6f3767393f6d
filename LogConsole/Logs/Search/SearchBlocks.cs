using System.Runtime.CompilerServices;
using System.Text;
using LogConsole.Metrics;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Logs.Search;

/// <summary>Tells in which stretches of time a text or a trace can be, by the filters of the blocks (docs/decisions/0010-text-search.md).</summary>
internal sealed class SearchBlocks(Database database)
{
    // Of 24 grams: in a common phrase with a rare number only few tell anything, and they have to be among those asked for.
    private const int MaxBits = 48;

    // Filters looked at in one go of a walk, 8 KiB each.
    private const int BlocksAtOnce = 4_000;

    private const string BlocksSql =
        """
        select id, min_ts, max_ts, filtered, rows from log_search_blocks
        where segment_id = any($1) and max_ts >= $2 and min_ts < $3
        """;

    /// <summary>
    /// Stretches of [from, to) that hold every row that can match the filter's text and trace, newest first, none meeting another;
    /// null when the filters cannot tell, as with a text of fewer than five letters.
    /// </summary>
    public async Task<IReadOnlyList<SearchRange>?> WhereAsync(
        LogFilter filter, IReadOnlyList<LogSegment> segments, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        if (BitsOf(filter) is not { Count: > 0 } bits)
        {
            return null;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var blocks = await BlocksAsync(connection, segments, from, to, cancellationToken).ConfigureAwait(false);
        var possible = await PossibleAsync(connection, blocks, bits, cancellationToken).ConfigureAwait(false);
        return SearchPlan.Join(possible.Select(block => block.Range));
    }

    /// <summary>
    /// The blocks in which rows of [from, to) can be that match the filter's text and trace, as windows, part after part, newest first: every such row
    /// from a part's lower end on is in the windows up to there. Ends at <paramref name="from"/>. Nothing at all when the filters cannot tell: ask <see cref="CanTell"/>.
    /// </summary>
    public async IAsyncEnumerable<(IReadOnlyList<RollupWindow> Windows, DateTimeOffset DownTo)> WalkAsync(
        LogFilter filter, IReadOnlyList<LogSegment> segments, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (BitsOf(filter) is not { Count: > 0 } bits)
        {
            yield break;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var blocks = await BlocksAsync(connection, segments, from, to, cancellationToken).ConfigureAwait(false);
        blocks.Sort(static (one, other) => other.Range.To.CompareTo(one.Range.To));
        var open = new List<Block>(); // possible, and reaching below what has been told
        var upper = to;
        for (var next = 0; upper > from;)
        {
            var count = Math.Min(BlocksAtOnce, blocks.Count - next);
            open.AddRange(await PossibleAsync(connection, blocks.GetRange(next, count), bits, cancellationToken).ConfigureAwait(false));
            next += count;

            // What ends below is not looked at yet.
            var downTo = next < blocks.Count && blocks[next].Range.To is var unseen && unseen > from ? unseen : from;
            if (downTo >= upper)
            {
                continue;
            }

            var part = new SearchRange(downTo, upper);
            yield return ([.. open.Select(block => (Range: block.Range.Within(part), block.Rows)).Where(clipped => !clipped.Range.IsEmpty)
                .OrderByDescending(clipped => clipped.Range.To).Select(clipped => new RollupWindow(clipped.Range.From, clipped.Range.To - clipped.Range.From, clipped.Rows))], downTo);
            open.RemoveAll(block => block.Range.From >= downTo);
            upper = downTo;
        }
    }

    /// <summary>Whether the filters can tell anything about the text and trace wanted.</summary>
    public static bool CanTell(LogFilter filter) => BitsOf(filter).Count != 0;

    private static IReadOnlyList<long> BitsOf(LogFilter filter) => BlockFilter.BitsOf(filter.Text, filter.TraceId, MaxBits);

    private static async Task<List<Block>> BlocksAsync(
        NpgsqlConnection connection, IReadOnlyList<LogSegment> segments, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var blocks = new List<Block>();
        await using var command = new NpgsqlCommand(BlocksSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int[]> { TypedValue = [.. segments.Select(segment => segment.Id)] },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = from },
                new NpgsqlParameter<DateTimeOffset> { TypedValue = to },
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var range = SearchRange.Including(reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2));
            blocks.Add(new Block(reader.GetInt64(0), range, reader.GetBoolean(3), reader.GetInt32(4)));
        }

        return blocks;
    }

    // Those that have no filter, or one with all the bits.
    private static async Task<IEnumerable<Block>> PossibleAsync(
        NpgsqlConnection connection, IReadOnlyList<Block> blocks, IReadOnlyList<long> bits, CancellationToken cancellationToken)
    {
        long[] filtered = [.. blocks.Where(block => block.Filtered).Select(block => block.Id)];
        if (filtered.Length == 0)
        {
            return blocks;
        }

        await using var command = new NpgsqlCommand { Connection = connection, Parameters = { new NpgsqlParameter<long[]> { TypedValue = filtered } } };
        var sql = new StringBuilder("select block_id from log_search_filters where block_id = any($1)");
        foreach (var bit in bits)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bit });
            sql.Append(" and get_bit(filter, $").Append(command.Parameters.Count).Append(") = 1");
        }

        command.CommandText = sql.ToString();
        var possible = new HashSet<long>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            possible.Add(reader.GetInt64(0));
        }

        return blocks.Where(block => !block.Filtered || possible.Contains(block.Id));
    }

    private readonly record struct Block(long Id, SearchRange Range, bool Filtered, int Rows);
}
