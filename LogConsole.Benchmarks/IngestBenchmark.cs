using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
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

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    public static async Task<int> RunAsync(string[] args)
    {
        var records = Option(args, "--records", 2_000_000);
        var connections = Option(args, "--connections", 16);
        var batch = Option(args, "--batch", 2_000);
        await using var console = await ConsoleUnderTest.StartAsync();
        var end = TimeProvider.System.GetUtcNow();
        var bodies = Enumerable.Range(0, DistinctBodies).Select(seed => IngestPayload.Make(batch, seed, end)).ToArray();

        await Console.Error.WriteLineAsync("warming up");
        await SendAsync(console, bodies, 100_000 / batch, connections);
        var before = await console.FiguresAsync();
        await Console.Error.WriteLineAsync($"sending {records} records");
        var requests = records / batch;
        var started = Stopwatch.GetTimestamp();
        await SendAsync(console, bodies, requests, connections);
        var elapsed = Stopwatch.GetElapsedTime(started);
        var after = await console.FiguresAsync();

        await Console.Error.WriteLineAsync("copying the same rows");
        await using var database = await console.OpenDatabaseAsync();
        var copy = await CopyFloor.MeasureAsync(database, FloorRows);
        var rate = (double)requests * batch / elapsed.TotalSeconds;
        Console.WriteLine(JsonSerializer.Serialize(
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
                rowsInTable = await CountAsync(database),
                postgres = await SettingsAsync(database),
                processors = Environment.ProcessorCount,
            },
            s_json));
        return 0;
    }

    private static int Option(string[] args, string name, int fallback)
    {
        var at = Array.IndexOf(args, name);
        return at < 0 ? fallback : int.Parse(args[at + 1]);
    }

    private static async Task SendAsync(ConsoleUnderTest console, byte[][] bodies, int requests, int connections)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var number && number < requests)
            {
                await PostAsync(console.Client, bodies[number % bodies.Length]);
            }
        }));
    }

    private static async Task PostAsync(HttpClient client, byte[] body)
    {
        var key = Guid.NewGuid().ToString("N");
        while (true)
        {
            using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/api/ingest", UriKind.Relative)) { Content = content, Headers = { { "Idempotency-Key", key } } };
            using var response = await client.SendAsync(request);
            if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                response.EnsureSuccessStatusCode();
                return;
            }

            await Task.Delay(response.Headers.RetryAfter?.Delta ?? TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    private static async Task<long> CountAsync(NpgsqlConnection database)
    {
        await using var command = new NpgsqlCommand("select count(*) from logs", database);
        return (long)(await command.ExecuteScalarAsync())!;
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
