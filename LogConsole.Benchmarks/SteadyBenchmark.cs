using System.Diagnostics;

namespace LogConsole.Benchmarks;

/// <summary>
/// <c>-- steady [--rate N] [--minutes N]</c>: a constant stream (default 50,000 records/s for 10 minutes) with timestamps of now:
/// working set and lag over time, and whether every record sent has one outcome and one place in the rollups.
/// </summary>
internal static class SteadyBenchmark
{
    private const int Batch = 2_000;
    private const int DistinctBodies = 64;
    private const int WarmUpSeconds = 15;
    private static readonly TimeSpan s_sampleEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_showEvery = TimeSpan.FromSeconds(30);

    public static async Task<int> RunAsync(string[] args)
    {
        var rate = BenchmarkReport.Option(args, "--rate", 50_000);
        var minutes = BenchmarkReport.Option(args, "--minutes", 10);
        await using var console = await ConsoleUnderTest.StartAsync();
        var bodies = Enumerable.Range(0, DistinctBodies).Select(seed => IngestPayload.Make(Batch, seed, TimeProvider.System.GetUtcNow())).ToArray();
        byte[] Body(int number) => IngestPayload.Stamped(bodies[number % bodies.Length], TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1.0 / rate));

        BenchmarkReport.Say($"sending {rate} records/s for {minutes} min");
        using var over = new CancellationTokenSource();
        var sampling = SampleAsync(console, over.Token);
        var requests = (int)((long)rate * minutes * 60 / Batch);
        var started = Stopwatch.GetTimestamp();
        var answered = await Senders.SendAtRateAsync(console.Client, Body, rate / (double)Batch, requests, connections: 16, CancellationToken.None);
        var elapsed = Stopwatch.GetElapsedTime(started);
        await over.CancelAsync();
        var samples = await sampling;

        var figures = await console.FiguresAsync();
        await using var database = await console.OpenDatabaseAsync();
        var counted = (long)await ConsoleUnderTest.ScalarAsync<decimal>(database, "select sum(count) from rollup_severity");
        var warm = samples.Where(sample => sample.Seconds >= WarmUpSeconds).ToList();
        BenchmarkReport.Print(new
        {
            benchmark = "steady",
            wantedPerSecond = rate,
            recordsPerSecond = Math.Round((double)answered * Batch / elapsed.TotalSeconds),
            minutes,
            sent = (long)answered * Batch,
            stored = figures["records_stored_total"],
            duplicates = figures["records_duplicate_total"],
            rejected = figures["records_rejected_total"],
            deadLettered = figures["records_dead_lettered_total"],
            late = figures["records_late_total"],
            countedInRollups = counted,
            workingSetMiB = new
            {
                atWarmUp = warm.Count == 0 ? 0 : warm[0].WorkingSetMiB,
                atEnd = warm.Count == 0 ? 0 : warm[^1].WorkingSetMiB,
                highest = Math.Round(console.PeakMemory() / 1048576.0),
            },
            lagSeconds = new
            {
                p50 = BenchmarkReport.Percentile([.. samples.Select(sample => sample.LagSeconds * 1_000)], 0.5) / 1_000,
                highest = samples.Max(sample => sample.LagSeconds),
            },
            course = samples.Where((_, i) => i % (int)(s_showEvery / s_sampleEvery) == 0),
            processors = Environment.ProcessorCount,
        });
        return 0;
    }

    private static async Task<List<Sample>> SampleAsync(ConsoleUnderTest console, CancellationToken cancellationToken)
    {
        var samples = new List<Sample>();
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(s_sampleEvery, TimeProvider.System);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var figures = await console.FiguresAsync();
                samples.Add(new Sample(
                    Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds),
                    Math.Round((figures["process_working_set_bytes"] ?? 0) / 1048576.0),
                    Math.Round(figures["ingest_lag_seconds"] ?? 0, 3)));
            }
        }
        catch (OperationCanceledException)
        {
            // All is sent.
        }

        return samples;
    }

    private sealed record Sample(double Seconds, double WorkingSetMiB, double LagSeconds);
}
