using Deque.AxeCore.Playwright;
using LogConsole.Overview;
using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The System page: figures, live, dead letters with replay, honest when the database is away or nothing has come.</summary>
public sealed class SystemPageTests(BrowserFixture browser) : PageTest(browser)
{
    [Fact]
    public async Task Page_ShowsEveryPart_AndFollowsTheFeed()
    {
        var page = await GoAsync("system");

        await Expect(page.Locator(".topbar h1")).ToHaveTextAsync("System");
        await Expect(page.Locator(".rail-link[href=system]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-number=pipeline]")).ToContainTextAsync("Running");
        await Expect(page.Locator("[data-number=queue]")).ToContainTextAsync("1\u202F240 of 500\u202F000");
        await Expect(page.Locator("[data-number=batches]")).ToContainTextAsync("448 records each · last took 42\u202Fms · 1 retry");
        await Expect(page.Locator("[data-source]")).ToHaveCountAsync(5);
        await Expect(page.Locator("[data-source=http]")).ToContainTextAsync("not json: 12");
        await Expect(page.Locator("[data-source=http]")).ToContainTextAsync("requests refused: too large: 2");
        await Expect(page.Locator("[data-source='http:shipper'] td").Last).ToHaveTextAsync("1.5\u202Fs");
        await Expect(page.Locator("section", new() { HasText = "Connections" })).ToContainTextAsync("Embedded");
        await Expect(page.Locator("main")).ToContainTextAsync("plpgsql 1.0");
        await Expect(page.Locator("[data-next-drop]")).ToContainTextAsync("logs_1 at");
        await Expect(page.Locator("main")).ToContainTextAsync("anomaly detection: node-1/4711 since");
        await Expect(page.Locator("main")).ToContainTextAsync("housekeeping: nobody does it now");

        Host.SystemFeed.Set(s => s with { Pipeline = s.Pipeline with { Condition = PipelineCondition.Paused, Reason = "ingest is paused: only 3 % of the disk is free", QueuedRecords = 500_000, WaitingSources = 4 } });
        await Expect(page.Locator("[data-number=pipeline][data-level=bad]")).ToContainTextAsync("only 3 % of the disk is free");
        await Expect(page.Locator("[data-number=queue][data-level=bad]")).ToContainTextAsync("4 senders wait");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task DeadLetters_ShowTheirRecord_AndAreReplayed_OneAndAll()
    {
        Host.SystemFeed.SetLetters([.. Enumerable.Range(1, 30).Select(id => Some.Letter(id))]);
        var page = await GoAsync("system");
        await Expect(page.Locator("[data-letter]")).ToHaveCountAsync(DeadLetterListing.PageSize);
        await Expect(page.Locator("[data-letter]").First).ToHaveAttributeAsync("data-letter", "30");

        await page.Locator("[data-letter='30'] [data-show-record]").ClickAsync();
        await Expect(page.Locator("[data-record]")).ToHaveTextAsync("""{"msg":"poison"}""");
        await page.Locator("[data-letter='30'] [data-replay]").ClickAsync();
        await Expect(page.Locator("[data-letter='30']")).ToHaveCountAsync(0);
        await Expect(page.Locator(".pane-done")).ToHaveTextAsync("1 stored.");

        await page.Locator("[data-older]").ClickAsync();
        await Expect(page).ToHaveURLAsync(Host.Address + "system?before=5");
        await Expect(page.Locator("[data-letter]")).ToHaveCountAsync(4);
        await page.Locator("[data-replay-all]").ClickAsync();
        await Expect(page.Locator(".pane-done")).ToHaveTextAsync("29 stored.");
        await Expect(page.Locator("[data-letter]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-replay-all]")).ToHaveCountAsync(0);

        await page.Locator("[data-all-letters]").ClickAsync();
        await Expect(page.Locator("[data-letter]")).ToHaveCountAsync(DeadLetterListing.PageSize);
        await Expect(page.Locator("[data-letter='30']")).ToContainTextAsync("replayed");
        Assert.Equal(["30 by local", "all by local"], Host.SystemFeed.Replayed);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Reader_SeesTheLetters_AndCannotReplayThem()
    {
        await using var host = await UiHost.StartAsync("read");
        host.SystemFeed.SetLetters(Some.Letter(7));
        var page = await GoAsync("system", address: host.Address);
        await Expect(page.Locator("[data-letter='7'] [data-show-record]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-replay], [data-replay-all]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task HostileNames_StayText()
    {
        Host.SystemFeed.Record = $$"""{"msg":"{{Some.HostileName}}"}""";
        Host.SystemFeed.SetLetters(Some.Letter(7, Some.HostileName, Some.HostileName, Some.HostileName));
        Host.SystemFeed.Set(s => s with
        {
            Sources = [Some.Source("http:" + Some.HostileName + new string('x', 500), false)],
            Pipeline = s.Pipeline with { Condition = PipelineCondition.Retrying, Reason = Some.HostileName },
            Versions = s.Versions with { Process = Some.HostileName },
        });
        var page = await GoAsync("system");
        await page.Locator("[data-show-record]").ClickAsync();
        await Expect(page.Locator("[data-record]")).ToContainTextAsync("<img src=x onerror=alert(1)>");
        Assert.Equal(0, await page.Locator("main img").CountAsync());
        Assert.DoesNotContain('\u202E', await page.Locator("main").InnerTextAsync());
        Assert.Equal(1440, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task DatabaseAway_SaysSo_AndAHiddenTabIsSentNothing()
    {
        var page = await GoAsync("system");
        await Expect(page.Locator("[data-condition-of=database]")).ToHaveTextAsync("Ready");
        Host.SystemFeed.Set(s => s with { Status = s.Status with { Database = Some.Away } });
        await Expect(page.Locator("[data-database-away]")).ToContainTextAsync("What you see is from");
        await Expect(page.Locator("[data-condition-of=database][data-level=bad]")).ToHaveTextAsync("Away");
        await Expect(page.Locator("main")).ToContainTextAsync("PostgreSQL 17.5");

        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))");
        await Host.SystemFeed.WhenWatchedByAsync(0);
        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { get: () => false }); document.dispatchEvent(new Event('visibilitychange'))");
        await Host.SystemFeed.WhenWatchedByAsync(1);
    }

    [Theory]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 390)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task AxeFindsNothing_AndNothingIsCutOff(ColorScheme theme, int width)
    {
        Host.SystemFeed.SetLetters(Some.Letter(2), Some.Letter(1, "23514: new row violates check constraint", "file:/var/log/a/very/long/path/that/goes/on/and/on/access.log"));
        var page = await GoAsync("system", new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        await Expect(page.Locator("[data-letter]")).ToHaveCountAsync(2);
        await page.Locator("[data-letter='2'] [data-show-record]").ClickAsync();
        await Expect(page.Locator("[data-record]")).ToBeVisibleAsync();
        await AssertCleanAsync(page, $"full {theme} {width}", width);

        Host.SystemFeed.SetLetters();
        Host.SystemFeed.Set(s => s with { Sources = [], Stored = null, DiskFreePercent = null, Status = s.Status with { Database = Some.Away, LagSeconds = null } });
        await Expect(page.Locator("[data-database-away]")).ToBeVisibleAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("Nothing has come yet");
        await AssertCleanAsync(page, $"empty {theme} {width}", width);
    }

    private static async Task AssertCleanAsync(IPage page, string state, int width)
    {
        if (Environment.GetEnvironmentVariable("LOGCONSOLE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"system {state}.png".Replace(' ', '-')), FullPage = true });
        }

        Assert.Empty((await page.RunAxe()).Violations.Select(v => $"{state}: {v.Id} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html[..Math.Min(160, n.Html.Length)]))}"));
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        if (width < 768)
        {
            Assert.Empty(await page.EvaluateAsync<string[]>(
                """
                [...document.querySelectorAll('main a, main button, main summary')].filter(e => e.checkVisibility() && !e.closest('p'))
                  .filter(e => e.getBoundingClientRect().height < 40).map(e => e.outerHTML.slice(0, 120))
                """));
        }
    }
}
