using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace LogConsole.Benchmarks;

/// <summary>
/// <c>-- query [--rows N] [--runs N]</c>: the first page (100 rows) of filtered queries through <c>GET /api/logs</c>, one at a time,
/// over N rows (default 10 M) that lie evenly in the last 24 hours. Each run draws its values anew; the seed is fixed.
/// </summary>
internal static class QueryBenchmark
{
    private const int Batch = 2_000;
    private const int DistinctBodies = 64;
    private const string Needle = "needle 5f0c2b7d9a41e863 in the hay";
    private static readonly TimeSpan s_span = TimeSpan.FromHours(24);
    private static readonly string[] s_services = ["web", "auth", "catalog", "cart", "checkout", "payment", "db", "cache", "queue"];

    public static async Task<int> RunAsync(string[] args)
    {
        var rows = BenchmarkReport.Option(args, "--rows", 10_000_000);
        var runs = BenchmarkReport.Option(args, "--runs", 60);
        await using var console = await ConsoleUnderTest.StartAsync();
        var end = TimeProvider.System.GetUtcNow();
        BenchmarkReport.Say($"filling {rows} rows");
        var fill = Stopwatch.StartNew();
        await FillAsync(console, rows, end);
        fill.Stop();

        int[] templates;
        long stored;
        long bytes;
        long searchBlocks;
        long searchFilters;
        await using (var database = await console.OpenDatabaseAsync())
        {
            templates = await ConsoleUnderTest.ScalarAsync<int[]>(database, "select array_agg(id) from templates where count > 1");
            stored = (long)await ConsoleUnderTest.ScalarAsync<decimal>(database, "select sum(rows) from log_segment_ranges");
            bytes = (long)await ConsoleUnderTest.ScalarAsync<decimal>(database, "select sum(pg_total_relation_size('logs_' || id)) from log_segments");
            searchBlocks = await ConsoleUnderTest.ScalarAsync<long>(database, "select count(*) from log_search_blocks");
            searchFilters = await ConsoleUnderTest.ScalarAsync<long>(database, "select count(*) from log_search_filters");
        }

        var start = end - s_span;
        var random = new Random(11);
        string At(DateTimeOffset moment) => Uri.EscapeDataString(moment.ToString("O", CultureInfo.InvariantCulture));
        DateTimeOffset Moment() => start + (s_span * random.NextDouble());
        string Service() => s_services[random.Next(s_services.Length)];
        var filters = new (string Name, Func<string> Query)[]
        {
            ("newest", () => ""),
            ("time: ten random minutes", () => Moment() is var from ? $"from={At(from)}&to={At(from.AddMinutes(10))}" : ""),
            ("service", () => $"service={Service()}"),
            ("service before a random moment", () => $"service={Service()}&to={At(Moment())}"),
            ("severity: error and above", () => "severity=error"),
            ("severity before a random moment", () => $"severity=error&to={At(Moment())}"),
            ("template", () => $"template={templates[random.Next(templates.Length)]}"),
            ("template before a random moment", () => $"template={templates[random.Next(templates.Length)]}&to={At(Moment())}"),
            ("text: one of 30 lines", () => "q=rate%20limit"),
            ("text: one of some 1,800 lines", () => $"q=rate%20limit%20of%20{random.Next(10, 100)}%20"),
            ("text in one service", () => $"service={Service()}&q=timeout%20after"),
            ("text in a random hour, none has it", () => Moment() is var from ? $"from={At(from)}&to={At(from.AddHours(1))}&q=no%20such%20words" : ""),
            ("text: a single line 23 hours ago", () => $"q={Uri.EscapeDataString(Needle)}"),
        };
        var results = new List<object>();
        foreach (var (name, query) in filters)
        {
            BenchmarkReport.Say(name);
            var result = await MeasureAsync(console.Client, name, query, name.StartsWith("text: a single", StringComparison.Ordinal) ? Math.Min(runs, 5) : runs);
            BenchmarkReport.Say($"  {result}");
            results.Add(result);
        }

        BenchmarkReport.Print(new { benchmark = "query", rows = stored, bytesOnDisk = bytes, searchBlocks, searchFilters, fillSeconds = Math.Round(fill.Elapsed.TotalSeconds), pageRows = 100, filters = results, processors = Environment.ProcessorCount });
        return 0;
    }

    private static async Task FillAsync(ConsoleUnderTest console, int rows, DateTimeOffset end)
    {
        var bodies = Enumerable.Range(0, DistinctBodies).Select(seed => IngestPayload.Make(Batch, seed, end)).ToArray();
        var requests = rows / Batch;
        var step = s_span / Math.Max(1, (long)requests * Batch);
        await Senders.SendAsync(
            console.Client,
            number => IngestPayload.Stamped(bodies[number % bodies.Length], end - (step * ((long)(requests - number - 1) * Batch)), step),
            requests, connections: 16);
        var needle = JsonSerializer.Serialize(new { timestamp = end - (s_span * (23.0 / 24)), service = "web", level = "INFO", message = Needle });
        await Senders.PostAsync(console.Client, Encoding.UTF8.GetBytes(needle));
    }

    private static async Task<object> MeasureAsync(HttpClient client, string name, Func<string> query, int runs)
    {
        var times = new List<double>();
        var found = 0L;
        var cut = 0;
        for (var run = -2; run < runs; run++)
        {
            var address = new Uri($"/api/logs?limit=100&{query()}", UriKind.Relative);
            var started = Stopwatch.GetTimestamp();
            var answer = await client.GetByteArrayAsync(address);
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            using var json = JsonDocument.Parse(answer);
            if (run >= 0)
            {
                times.Add(elapsed);
                found += json.RootElement.GetProperty("logs").GetArrayLength();
                cut += json.RootElement.TryGetProperty("timedOut", out var timedOut) && timedOut.ValueKind == JsonValueKind.True ? 1 : 0;
            }
        }

        return new
        {
            filter = name,
            runs,
            p50Ms = BenchmarkReport.Percentile(times, 0.5),
            p95Ms = BenchmarkReport.Percentile(times, 0.95),
            rowsPerPage = Math.Round(found / (double)runs, 1),
            cutOffByTimeLimit = cut,
        };
    }
}
