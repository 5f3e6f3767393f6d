using System.Text;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Logs.Search;

/// <summary>Tells in which stretches of time a text or a trace can be, by the filters of the blocks (docs/decisions/0010-text-search.md).</summary>
internal sealed class SearchBlocks(Database database)
{
    // Enough for any text: every further bit would turn away next to nothing.
    private const int MaxBits = 16;

    private const string BlocksSql =
        """
        select id, min_ts, max_ts, filtered from log_search_blocks
        where segment_id = any($1) and max_ts >= $2 and min_ts < $3
        """;

    /// <summary>
    /// Stretches of [from, to) that hold every row that can match the filter's text and trace, newest first, none meeting another;
    /// null when the filters cannot tell, as with a text of fewer than five letters.
    /// </summary>
    public async Task<IReadOnlyList<SearchRange>?> WhereAsync(
        LogFilter filter, IReadOnlyList<LogSegment> segments, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var bits = BlockFilter.BitsOf(filter.Text, filter.TraceId, MaxBits);
        if (bits.Count == 0)
        {
            return null;
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        var blocks = await BlocksAsync(connection, segments, from, to, cancellationToken).ConfigureAwait(false);
        var possible = await PossibleAsync(connection, [.. blocks.Where(block => block.Filtered).Select(block => block.Id)], bits, cancellationToken).ConfigureAwait(false);
        return SearchPlan.Join(blocks.Where(block => !block.Filtered || possible.Contains(block.Id)).Select(block => block.Range));
    }

    private static async Task<List<(long Id, SearchRange Range, bool Filtered)>> BlocksAsync(
        NpgsqlConnection connection, IReadOnlyList<LogSegment> segments, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var blocks = new List<(long, SearchRange, bool)>();
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
            blocks.Add((reader.GetInt64(0), range, reader.GetBoolean(3)));
        }

        return blocks;
    }

    private static async Task<HashSet<long>> PossibleAsync(NpgsqlConnection connection, long[] ids, IReadOnlyList<long> bits, CancellationToken cancellationToken)
    {
        var possible = new HashSet<long>();
        if (ids.Length == 0)
        {
            return possible;
        }

        await using var command = new NpgsqlCommand { Connection = connection, Parameters = { new NpgsqlParameter<long[]> { TypedValue = ids } } };
        var sql = new StringBuilder("select block_id from log_search_filters where block_id = any($1)");
        foreach (var bit in bits)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bit });
            sql.Append(" and get_bit(filter, $").Append(command.Parameters.Count).Append(") = 1");
        }

        command.CommandText = sql.ToString();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            possible.Add(reader.GetInt64(0));
        }

        return possible;
    }
}
