using System.Globalization;
using LogConsole.Benchmarks;
using LogConsole.Benchmarks.Viewers;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

// Each benchmark prints one JSON object on standard output and what it is doing on standard error.
var benchmarks = new Dictionary<string, Func<string[], Task<int>>>(StringComparer.Ordinal)
{
    ["faults"] = FaultsBenchmark.RunAsync,
    ["ingest"] = IngestBenchmark.RunAsync,
    ["mine"] = MineBenchmark.RunAsync,
    ["parse"] = ParseBenchmark.RunAsync,
    ["query"] = QueryBenchmark.RunAsync,
    ["steady"] = SteadyBenchmark.RunAsync,
    ["viewers"] = ViewersBenchmark.RunAsync,
    ["visible"] = VisibleBenchmark.RunAsync,
};

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var benchmark))
{
    await Console.Error.WriteLineAsync($"Usage: dotnet run -c Release --project LogConsole.Benchmarks -- <{string.Join('|', benchmarks.Keys)}>");
    return 2;
}

return await benchmark(args[1..]);
