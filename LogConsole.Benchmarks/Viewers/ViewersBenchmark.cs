using System.Diagnostics;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>
/// <c>-- viewers [--viewers N] [--seconds N] [--rounds N] [--rate N] [--connections N] [--compression 0]</c>: what viewers of the live Overview cost a real console,
/// idle, hidden and while records stream in (default: 200 viewers, 10,000 records/s and as fast as it goes). Each round measures first without and then with them.
/// Viewers, senders, console and PostgreSQL share one machine: processor time is told apart.
/// </summary>
internal static class ViewersBenchmark
{
    private const int WarmUpViewers = 5;

    // Rates on the page are means of ten seconds: until they have run out, a page that gets no records is not idle.
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_chartPatience = TimeSpan.FromSeconds(20);

    public static async Task<int> RunAsync(string[] args)
    {
        var viewers = BenchmarkReport.Option(args, "--viewers", 200);
        var length = TimeSpan.FromSeconds(BenchmarkReport.Option(args, "--seconds", 30));
        var rounds = BenchmarkReport.Option(args, "--rounds", 2);
        var packed = BenchmarkReport.Option(args, "--compression", 1) == 1;
        var load = new OfferedLoad(BenchmarkReport.Option(args, "--rate", 10_000), BenchmarkReport.Option(args, "--connections", 16));
        var loadAverage = await LoadAverageAsync();

        using var gauge = new HeapGauge();
        await using var console = await gauge.StartAsync();
        await using var database = await console.OpenDatabaseAsync();
        using var wire = new Wire(console.Client.BaseAddress!);
        var meter = await Meter.OfAsync(console, database, wire);
        var probes = new ProbeTimes();
        var probesToSee = 0;
        var failures = new List<string>();

        BenchmarkReport.Say("warming up");
        await probes.SendOneAsync(console.Client);
        await using (var first = await Audience.OpenAsync(wire, WarmUpViewers, packed, probes, probes.Sent))
        {
            await meter.MeasureAsync(first, token => load.AtRateAsync(console.Client, token), s_warmUp);
            await meter.MeasureAsync(first, token => load.AtMostAsync(console.Client, token), s_warmUp);
        }

        var measured = new List<Round>();
        for (var round = 1; round <= rounds; round++)
        {
            BenchmarkReport.Say($"round {round}: nobody watches");
            var alone = await LoadedAsync(audience: null);
            await Task.Delay(s_quiet, TimeProvider.System);
            var aloneIdle = await meter.MeasureAsync(null, IdleAsync, length);
            var aloneMemory = await MemoryAsync();

            BenchmarkReport.Say($"round {round}: {viewers} viewers");
            var opened = Stopwatch.GetTimestamp();
            await using var audience = await Audience.OpenAsync(wire, viewers, packed, probes, probes.Sent);
            var opening = Stopwatch.GetElapsedTime(opened);
            await Task.Delay(s_quiet, TimeProvider.System);
            var idle = await meter.MeasureAsync(audience, IdleAsync, length);
            var memory = await MemoryAsync();
            var (storedBefore, shownBefore) = ((await meter.FiguresAsync()).Stored, audience.Chart.Total);
            var probe = probes.Sent;
            var watched = await LoadedAsync(audience);
            probesToSee += (probes.Sent - probe) * audience.Probing;
            var stored = (await meter.FiguresAsync()).Stored - storedBefore;
            var shown = await ShownAsync(audience.Chart, shownBefore, stored);

            await audience.ShowAsync(visible: false);
            await Task.Delay(s_quiet, TimeProvider.System);
            var hidden = await meter.MeasureAsync(audience, IdleAsync, length);
            failures.AddRange(Faults(audience, watched, stored, shown).Select(fault => $"round {round}: {fault}"));
            measured.Add(new Round(viewers + audience.Probing, opening, alone, aloneIdle, aloneMemory, watched, idle, hidden, memory, stored, shown, audience.Lost.Count));
        }

        if (probes.Seen < probesToSee)
        {
            failures.Add($"of {probesToSee} probes {probes.Seen} were seen");
        }

        BenchmarkReport.Print(new
        {
            benchmark = "viewers",
            viewers,
            rounds,
            offeredPerSecond = load.Rate,
            compression = packed,
            ratios = Round.Summary(measured),
            probeToFrameMs = probes.Seen == 0 ? null : new
            {
                p50 = BenchmarkReport.Percentile(probes.DelaysMs, 0.5),
                p95 = BenchmarkReport.Percentile(probes.DelaysMs, 0.95),
                highest = Math.Round(probes.DelaysMs.Max(), 1),
                seen = probes.Seen,
            },
            course = measured.Select(round => round.ToReport()),
            failures,
            loadAverageBefore = loadAverage,
            loadAverageAfter = await LoadAverageAsync(),
            processors = Environment.ProcessorCount,
        });
        failures.ForEach(BenchmarkReport.Say);
        return failures.Count == 0 ? 0 : 1;

        async Task<Loaded> LoadedAsync(Audience? audience)
        {
            var atRate = await meter.MeasureAsync(
                audience, token => Task.WhenAll(load.AtRateAsync(console.Client, token), probes.SendAsync(console.Client, token)), length);
            return new Loaded(atRate, await meter.MeasureAsync(audience, token => load.AtMostAsync(console.Client, token), length));
        }

        async Task<Memory> MemoryAsync()
        {
            var workingSet = (await meter.FiguresAsync()).WorkingSet;
            return new Memory(workingSet, await gauge.LiveBytesAsync(console.ProcessId));
        }
    }

    private static IEnumerable<string> Faults(Audience audience, Loaded watched, double stored, double shown)
    {
        foreach (var reason in audience.Lost)
        {
            yield return $"a circuit was lost: {reason}";
        }

        var empty = watched.AtRate.Counts.Zip(watched.AtMost.Counts, static (a, b) => a + b)
            .Count(static one => one is { ChartFrames: 0 } or { LineFrames: 0 } or { Renders: 0 });
        if (empty > 0)
        {
            yield return $"{empty} viewers got no chart, no lines or no numbers while records streamed in";
        }

        if (shown != stored)
        {
            yield return $"{stored} records were stored, and the chart of a viewer grew by {shown}";
        }
    }

    private static async Task<double> ShownAsync(ChartTotals chart, double before, double wanted)
    {
        for (var started = Stopwatch.GetTimestamp(); chart.Total - before < wanted && Stopwatch.GetElapsedTime(started) < s_chartPatience;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return chart.Total - before;
    }

    private static async Task IdleAsync(CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static async Task<double> LoadAverageAsync() => double.Parse((await File.ReadAllTextAsync("/proc/loadavg")).Split(' ')[0]);
}
