using System.Globalization;
using System.Net;
using System.Text;
using LogConsole.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>From records to a person who has it: a real console finds a burst of errors, marks it, explains it, and somebody acknowledges it.</summary>
[Collection(ProcessCollection.Name)]
public sealed class IncidentEndToEndTests(BrowserFixture browser) : IDisposable
{
    private const int CalmWindows = 40;
    private const int TroubledWindows = 12;
    private const int RecordsPerWindow = 12;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task ErrorBurst_IsMarkedExplainedAndAcknowledged()
    {
        await using var console = await ConsoleProcess.StartReadyAsync(_directory.Combine("data"), new Dictionary<string, string>
        {
            ["Anomalies:WarmUpWindows"] = "6",
            ["Anomalies:Interval"] = "00:00:00.500",
            ["Metrics:AllowedLateness"] = "00:00:01",
        });
        Assert.Equal(HttpStatusCode.OK, (await console.IngestAsync(Records())).Status);

        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        await page.GotoAsync(console.Address.ToString());
        await Expect(page.Locator(".mark-diamond[data-state=open]")).ToHaveCountAsync(1, new() { Timeout = 90_000 });
        await Expect(page.Locator("[data-service=payments]")).ToHaveAttributeAsync("data-condition", "anomalous");
        await Expect(page.Locator("[data-open-incidents='1']")).ToBeVisibleAsync();
        await page.Locator(".mark-diamond").ClickAsync();

        await Expect(page.Locator("#incident-headline")).ToContainTextAsync("payments");
        await Expect(page.Locator("[data-method]")).ToHaveTextAsync("Extractive: no language model is configured");
        await Expect(page.Locator(".sentence").First).ToContainTextAsync("payments");
        await Expect(page.Locator(".sample-line").First).ToContainTextAsync("Gateway pay-");
        await Expect(page.Locator("#series-title")).ToHaveTextAsync("Error share of payments");
        await Expect(page.Locator(".apexcharts-line-series path").First).ToBeAttachedAsync();

        await page.Locator("[data-acknowledge]").ClickAsync();
        await Expect(page.Locator("[data-holder]")).ToContainTextAsync("local took it at");
        await Expect(page.Locator("[data-event=acknowledged]")).ToContainTextAsync("by local");
        await Expect(page.Locator("[data-open-incidents]")).ToHaveCountAsync(0);
        Assert.Equal("acknowledged", (await console.GetAsync("/api/incidents")).Json.GetProperty("incidents")[0].GetProperty("state").GetString());
        await page.Context.CloseAsync();
    }

    // Calm for a while, then half of all records are errors up to now.
    private static string Records()
    {
        var body = new StringBuilder();
        var end = TimeProvider.System.GetUtcNow().AddSeconds(-5);
        var start = end.AddSeconds(-10 * (CalmWindows + TroubledWindows));
        for (var i = 0; i < (CalmWindows + TroubledWindows) * RecordsPerWindow; i++)
        {
            var at = start.AddSeconds(i * 10.0 / RecordsPerWindow);
            var failed = i >= CalmWindows * RecordsPerWindow && i % 2 == 0;
            body.Append(CultureInfo.InvariantCulture, $$"""{"@timestamp":"{{at:O}}","service":"payments","level":"{{(failed ? "error" : "info")}}","message":"{{(failed ? $"Gateway pay-{i % 5} timed out after {3_000 + i} ms" : $"payment {i} taken in {20 + (i % 30)} ms")}}"}""").Append('\n');
            body.Append(CultureInfo.InvariantCulture, $$"""{"@timestamp":"{{at:O}}","service":"shop","level":"info","message":"order {{i}} placed"}""").Append('\n');
        }

        return body.ToString();
    }
}
