using System.Diagnostics;
using Npgsql;

namespace LogConsole.Benchmarks;

/// <summary>
/// <c>-- ingest [--records N] [--connections N] [--batch N]</c>: records a second from HTTP NDJSON to durable, against a bare COPY of the very same rows
/// into the same columns with btree(ts) only, into the same server, in the same run.
/// </summary>
internal static class IngestBenchmark
{
    private const int DistinctBodies = 64;
    private const int FloorRows = 500_000;

    private static readonly string[] s_settings = ["server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_compression", "shared_buffers", "max_wal_size"];

    public static async Task<int> RunAsync(string[] args)
    {
        var records = BenchmarkReport.Option(args, "--records", 2_000_000);
        var connections = BenchmarkReport.Option(args, "--connections", 16);
        var batch = BenchmarkReport.Option(args, "--batch", 2_000);
        await using var console = await ConsoleUnderTest.StartAsync();
        var end = TimeProvider.System.GetUtcNow();
        var bodies = Enumerable.Range(0, DistinctBodies).Select(seed => IngestPayload.Make(batch, seed, end)).ToArray();

        BenchmarkReport.Say("warming up");
        await Senders.SendAsync(console.Client, number => bodies[number % bodies.Length], 100_000 / batch, connections);
        var before = await console.FiguresAsync();
        BenchmarkReport.Say($"sending {records} records");
        var requests = records / batch;
        var started = Stopwatch.GetTimestamp();
        await Senders.SendAsync(console.Client, number => bodies[number % bodies.Length], requests, connections);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var after = await console.FiguresAsync();

        BenchmarkReport.Say("copying the same rows");
        await using var database = await console.OpenDatabaseAsync();
        var copy = await CopyFloor.MeasureAsync(database, FloorRows);
        var rate = (double)requests * batch / elapsed.TotalSeconds;
        BenchmarkReport.Print(
            new
            {
                benchmark = "ingest",
                records = requests * batch,
                recordsPerRequest = batch,
                connections,
                bytesPerRecord = bodies.Sum(body => (long)body.Length) / ((long)DistinctBodies * batch),
                recordsPerSecond = Math.Round(rate),
                copyRowsPerSecond = Math.Round(copy.RowsPerSecond),
                ratioToCopy = Math.Round(rate / copy.RowsPerSecond, 3),
                copyRuns = copy.Runs.Select(run => Math.Round(run)),
                allocatedBytesPerRecord = Math.Round((after["process_allocated_bytes_total"] - before["process_allocated_bytes_total"] ?? 0) / (requests * (double)batch), 1),
                peakMemoryBytes = console.PeakMemory(),
                rowsInTable = await ConsoleUnderTest.ScalarAsync<long>(database, "select count(*) from logs"),
                postgres = await SettingsAsync(database),
                processors = Environment.ProcessorCount,
            });
        return 0;
    }

    private static async Task<Dictionary<string, string>> SettingsAsync(NpgsqlConnection database)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in s_settings)
        {
            await using var command = new NpgsqlCommand("select current_setting($1)", database) { Parameters = { new NpgsqlParameter<string> { TypedValue = name } } };
            settings[name] = (string)(await command.ExecuteScalarAsync())!;
        }

        return settings;
    }
}
