using LogConsole.Overview;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>What the page shows and when: numbers, what the feed pushes, what is paused, hidden or not there yet.</summary>
public sealed class OverviewPageTests(BrowserFixture browser) : OverviewBrowserTest(browser)
{
    [Fact]
    public async Task Open_ShowsNumbersChartAndLines_WithoutAWordOnTheBrowsersConsole()
    {
        var page = await OpenAsync();

        await Expect(page).ToHaveTitleAsync("Overview · LogConsole");
        await Expect(page.Locator("[data-tile=rate] .tile-value")).ToContainTextAsync("10\u202F214");
        await Expect(page.Locator(".tile .spark path[d^=M]")).ToHaveCountAsync(5);
        await Expect(page.Locator("[data-figure=received]")).ToHaveTextAsync("10\u202F412/s received");
        await Expect(page.Locator(".apexcharts-bar-series")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
        await Expect(page.Locator("[data-lines-note]")).ToHaveTextAsync("showing 500 of 9\u202F870/s");
        await Expect(page.Locator(".line-time").First).ToHaveTextAsync("03-14 11:30:04.000"); // 10:30 UTC in Berlin
        await Expect(page.Locator(".line-time").First).ToHaveAttributeAsync("title", "2026-03-14T10:30:04.000Z");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task FeedPushes_ChartNumbersAndLinesFollow()
    {
        var page = await OpenAsync();
        var bars = page.Locator(".apexcharts-bar-series path").First;
        await Expect(bars).ToBeAttachedAsync();
        var before = await ShapesAsync(page);

        Host.Feed.Push(s => s with
        {
            Chart = Some.Chart(TimeSpan.FromMinutes(15), scale: 3),
            Numbers = s.Numbers! with { EventsPerSecond = new NumberOverTime(77, 70, []) },
            Lines = s.Lines with { Newest = [Some.Line(2_000, "the newest of all"), .. s.Lines.Newest] },
        });

        await Expect(page.Locator("[data-tile=rate] .tile-value")).ToHaveTextAsync("77/s");
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("the newest of all");
        await Expect(page.Locator("[data-series=error] b")).ToHaveTextAsync("573\u202F" + "945");
        await page.WaitForFunctionAsync($"before => {ShapesScript} !== before", before);
    }

    [Fact]
    public async Task OpenIncidents_AreComparedWithTheBeginningOfTheRange()
    {
        var page = await OpenAsync();

        await Expect(page.Locator("[data-tile=incidents] .tile-value")).ToHaveTextAsync("2");
        await Expect(page.Locator("[data-tile=incidents] .tile-change")).ToHaveTextAsync("+1, at the beginning: 1");
    }

    [Fact]
    public async Task OutsideRange_NoticeLinksToWhereTheRecordsAre()
    {
        var from = new DateTimeOffset(2026, 3, 12, 10, 0, 0, TimeSpan.Zero);
        Host.Feed.Push(s => s with { OutsideRange = new OutsideRange(15_204, from, from.AddMinutes(30)) });
        var page = await OpenAsync();

        await Expect(page.Locator("[data-outside-range]")).ToContainTextAsync("15\u202F204 records received in this range happened outside it, between 2026-03-12 11:00:00 and 2026-03-12 11:30:00. Show");
        await Expect(page.Locator("[data-outside-range][data-level]")).ToHaveCountAsync(0); // old times prove nothing about clocks
        await page.Locator("[data-outside-range] a").ClickAsync();

        await Expect(page.Locator("[data-range=fixed]")).ToContainTextAsync("2026-03-12 11:00:00");
        await Host.Feed.WhenAsync(feed => feed.Views[^1].Range == TimeRange.Between(from, from.AddMinutes(30)) && feed.OpenWatches == 0);
        await Expect(page.GetByText("Go live")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task HiddenTab_IsSentNothing_AndCatchesUpWhenShown()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);

        await SetHiddenAsync(page, true);
        await Host.Feed.WhenAsync(feed => feed.OpenWatches == 0);
        var pushes = Host.Feed.Pushes;
        Host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [Some.Line(2_000, "while away"), .. s.Lines.Newest] } });
        Assert.Equal(pushes, Host.Feed.Pushes);

        await SetHiddenAsync(page, false);
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("while away");
        Assert.Equal(1, Host.Feed.OpenWatches);
    }

    [Fact]
    public async Task Pause_StopsTheData_AndGoingOnCatchesUp()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);

        await page.Keyboard.PressAsync("p");
        await Expect(page.Locator("button.live")).ToContainTextAsync("Paused");
        await Host.Feed.WhenAsync(feed => feed.OpenWatches == 0);
        Host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [Some.Line(2_000, "later"), .. s.Lines.Newest] } });
        Host.Feed.PushStatus(s => s with { ReceivedPerSecond = 5 });
        await Expect(page.Locator("[data-figure=received]")).ToHaveTextAsync("5/s received");
        await Expect(page.Locator(".line-text").First).Not.ToHaveTextAsync("later");

        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("button.live")).ToHaveTextAsync("Live");
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("later");
    }

    [Fact]
    public async Task NothingReceivedYet_SaysWhyAndGivesTheCommand()
    {
        Host.Feed.Push(_ => new OverviewSnapshot { Database = Some.Ready, HasRecords = false });
        var page = await OpenAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No records yet" })).ToBeVisibleAsync();
        await Expect(page.Locator("#first-record")).ToHaveTextAsync(
            $"curl -X POST {Host.Address}api/ingest -H 'Content-Type: application/json' -d '{{\"service\":\"shop\",\"level\":\"error\",\"message\":\"hello\"}}'");

        Host.Feed.Push(_ => Some.Overview());
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
        await Expect(page.Locator(".apexcharts-bar-series")).Not.ToHaveCountAsync(0);
        Assert.Empty(Problems);
    }

    private const string ShapesScript = "[...document.querySelectorAll('.apexcharts-bar-series path')].map(path => path.getAttribute('d')).join()";

    private static Task<string> ShapesAsync(IPage page) => page.EvaluateAsync<string>(ShapesScript);

    private static async Task SetHiddenAsync(IPage page, bool hidden) => await page.EvaluateAsync(
        """
        hidden => {
          Object.defineProperty(document, 'hidden', { get: () => hidden, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """, hidden);
}
