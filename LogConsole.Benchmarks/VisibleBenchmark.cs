using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Playwright;

namespace LogConsole.Benchmarks;

/// <summary>
/// <c>-- visible [--rate N] [--probes N]</c>: how long a record takes from its acceptance to an open page, while others stream in
/// (default 10,000 records/s). Two pages are open: one of everything, and one of the service the probes come from, whose list is watched
/// from within: a probe counts as visible in the frame that draws it. Browser, senders, console and PostgreSQL share one machine and clock.
/// </summary>
internal static class VisibleBenchmark
{
    private const int Batch = 500;
    private const int DistinctBodies = 64;
    private static readonly TimeSpan s_betweenProbes = TimeSpan.FromMilliseconds(313); // in step with nothing
    private static readonly TimeSpan s_lastProbe = TimeSpan.FromSeconds(5);
    private static readonly string[] s_browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private const string Watch =
        """
        () => {
            window.seen = {};
            const list = document.querySelector('[data-lines]');
            new MutationObserver(() => {
                const fresh = [...list.textContent.matchAll(/probe (\d+) here/g)].map(match => match[1]).filter(number => !(number in window.seen));
                for (const number of fresh) {
                    window.seen[number] = 0;
                }
                requestAnimationFrame(() => {
                    for (const number of fresh) {
                        window.seen[number] = performance.timeOrigin + performance.now();
                    }
                });
            }).observe(list, { childList: true, subtree: true, characterData: true });
        }
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var rate = BenchmarkReport.Option(args, "--rate", 10_000);
        var probes = BenchmarkReport.Option(args, "--probes", 100);
        if ((Environment.GetEnvironmentVariable("CHROMIUM") ?? s_browsers.FirstOrDefault(File.Exists)) is not { } executable)
        {
            Console.WriteLine("Skipped: no Chromium; install Debian's package chromium, or name the program in CHROMIUM.");
            return 0;
        }

        await using var console = await ConsoleUnderTest.StartAsync();
        await PostProbeAsync(console, "first");
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = executable,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        var all = await (await browser.NewContextAsync()).NewPageAsync();
        await all.GotoAsync(console.Client.BaseAddress!.ToString());
        var page = await (await browser.NewContextAsync()).NewPageAsync();
        await page.GotoAsync(new Uri(console.Client.BaseAddress!, "/?service=probe").ToString());
        await page.GetByText("probe first here").First.WaitForAsync();
        await page.EvaluateAsync(Watch);

        BenchmarkReport.Say($"{rate} records/s, {probes} probes");
        using var over = new CancellationTokenSource();
        var bodies = Enumerable.Range(0, DistinctBodies).Select(seed => IngestPayload.Make(Batch, seed, TimeProvider.System.GetUtcNow())).ToArray();
        byte[] Body(int number) => IngestPayload.Stamped(bodies[number % bodies.Length], TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1.0 / rate));
        var started = Stopwatch.GetTimestamp();
        var load = Senders.SendAtRateAsync(console.Client, Body, rate / (double)Batch, int.MaxValue, connections: 8, over.Token);
        await Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System);
        var sent = new Dictionary<string, (double Sent, double Accepted)>(StringComparer.Ordinal);
        for (var probe = 0; probe < probes; probe++)
        {
            var name = probe.ToString();
            var at = UnixMs();
            await PostProbeAsync(console, name);
            sent[name] = (at, UnixMs());
            await Task.Delay(s_betweenProbes, TimeProvider.System);
        }

        await Task.Delay(s_lastProbe, TimeProvider.System);
        await over.CancelAsync();
        var answered = await load;
        var reached = (double)answered * Batch / Stopwatch.GetElapsedTime(started).TotalSeconds;
        var seen = JsonSerializer.Deserialize<Dictionary<string, double>>(await page.EvaluateAsync<string>("() => JSON.stringify(window.seen)"))!
            .Where(item => item.Value > 0 && sent.ContainsKey(item.Key)).ToDictionary(StringComparer.Ordinal);

        // A page that draws before the sender has read its answer was not late.
        var afterAccepted = seen.Select(item => Math.Max(0, item.Value - sent[item.Key].Accepted)).ToList();
        var afterSent = seen.Select(item => item.Value - sent[item.Key].Sent).ToList();
        BenchmarkReport.Print(new
        {
            benchmark = "visible",
            recordsPerSecond = Math.Round(reached),
            probes,
            seen = seen.Count,
            acceptedToVisibleMs = new { p50 = BenchmarkReport.Percentile(afterAccepted, 0.5), p95 = BenchmarkReport.Percentile(afterAccepted, 0.95), highest = Math.Round(afterAccepted.Max(), 1) },
            sentToVisibleMs = new { p50 = BenchmarkReport.Percentile(afterSent, 0.5), p95 = BenchmarkReport.Percentile(afterSent, 0.95), highest = Math.Round(afterSent.Max(), 1) },
            processors = Environment.ProcessorCount,
        });
        return seen.Count == probes ? 0 : 1;
    }

    private static Task PostProbeAsync(ConsoleUnderTest console, string name) =>
        Senders.PostAsync(console.Client, Encoding.UTF8.GetBytes($$"""{"service":"probe","level":"INFO","message":"probe {{name}} here"}"""));

    private static double UnixMs() => (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
}
