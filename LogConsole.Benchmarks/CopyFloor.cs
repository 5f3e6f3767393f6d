using System.Diagnostics;
using Npgsql;

namespace LogConsole.Benchmarks;

/// <summary>The floor: a bare binary COPY of rows that the console has stored, into a table of the same columns with btree(ts) only, one connection, committed.</summary>
internal static class CopyFloor
{
    private const string Columns =
        "id, ts, observed, trace_id, span_id, resource_id, scope_id, service_id, template_id, source_id, ts_nanos, severity, flags, severity_text, host, body, attributes";

    private const int Runs = 3;

    /// <summary>The median of three runs after one to warm up, and all three.</summary>
    public static async Task<(double RowsPerSecond, IReadOnlyList<double> Runs)> MeasureAsync(NpgsqlConnection database, int rows)
    {
        var (chunks, count) = await ReadAsync(database, rows);
        await CopyAsync(database, chunks);
        var rates = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            rates.Add(count / (await CopyAsync(database, chunks)).TotalSeconds);
        }

        return (rates.Order().ElementAt(Runs / 2), rates);
    }

    private static async Task<(List<byte[]> Chunks, long Rows)> ReadAsync(NpgsqlConnection database, int rows)
    {
        var chunks = new List<byte[]>();
        var buffer = new byte[1 << 20];
        await using (var stream = await database.BeginRawBinaryCopyAsync($"copy (select {Columns} from logs limit {rows}) to stdout (format binary)"))
        {
            int read;
            while ((read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false)) > 0)
            {
                chunks.Add(buffer[..read]);
            }
        }

        await using var command = new NpgsqlCommand($"select count(*) from (select 1 from logs limit {rows}) rows", database);
        return (chunks, (long)(await command.ExecuteScalarAsync())!);
    }

    private static async Task<TimeSpan> CopyAsync(NpgsqlConnection database, List<byte[]> chunks)
    {
        await ExecuteAsync(database, "drop table if exists copy_floor; create table copy_floor (like logs); create index on copy_floor (ts); checkpoint");
        var started = Stopwatch.GetTimestamp();
        await using (var stream = await database.BeginRawBinaryCopyAsync($"copy copy_floor ({Columns}) from stdin (format binary)"))
        {
            foreach (var chunk in chunks)
            {
                await stream.WriteAsync(chunk);
            }
        }

        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task ExecuteAsync(NpgsqlConnection database, string sql)
    {
        await using var command = new NpgsqlCommand(sql, database);
        await command.ExecuteNonQueryAsync();
    }
}
