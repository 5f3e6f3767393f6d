using System.Globalization;
using Npgsql;

namespace LogConsole.Tests.TestSupport;

/// <summary>What the tables hold, each figure counted where it stands: they must all tell the same number of records.</summary>
internal sealed record StoredFigures(
    long Rows, long RecordIds, long SeverityRollup, long TemplateRollup, long TemplateCounts, long Arrivals, long SegmentRows, long DeadLetters)
{
    private const string Sql =
        """
        select (select count(*) from logs), (select count(distinct id) from logs),
               (select coalesce(sum(count), 0)::bigint from rollup_severity), (select coalesce(sum(count), 0)::bigint from rollup_template),
               (select coalesce(sum(count), 0)::bigint from templates), (select coalesce(sum(received), 0)::bigint from rollup_arrival),
               (select coalesce(sum(rows), 0)::bigint from log_segment_ranges), (select count(*) from dead_letters)
        """;

    /// <summary>The figures of a database in which <paramref name="records"/> records are stored once and nothing else is.</summary>
    public static StoredFigures Of(long records) => new(records, records, records, records, records, records, records, 0);

    public static async Task<StoredFigures> ReadAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        return new StoredFigures(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7));
    }

    /// <summary>The rows of a query as text, one string a row, columns joined by <c>|</c>.</summary>
    public static async Task<IReadOnlyList<string>> RowsAsync(NpgsqlConnection connection, string sql)
    {
        var rows = new List<string>();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }

        return rows;
    }
}
