using System.Globalization;
using Deque.AxeCore.Playwright;
using LogConsole.Ingestion;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The Stream page as a whole: filters, the strip, accessibility.</summary>
public sealed class StreamPageTests(BrowserFixture browser) : StreamBrowserTest(browser)
{
    [Fact]
    public async Task Empty_SpeaksOfLines_NotOfTheOverview()
    {
        Host.Feed.Push(snapshot => snapshot with { HasRecords = false });
        var page = await GoAsync("stream");
        await Expect(page.Locator(".empty")).ToContainTextAsync("Every line, to follow, filter and search, appears here as soon as the first record is stored.");
    }

    [Fact]
    public async Task NothingOfTheRange_IsNotBlamedOnFiltersThatAreNotThere()
    {
        var page = await OpenAsync("stream?from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z");
        await Expect(page.Locator("[data-tail-empty]")).ToContainTextAsync("No line of this range is stored: none came, or retention has dropped them.");

        await page.GotoAsync(Host.Address + "stream?from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z&severity=error");
        await Expect(page.Locator("[data-tail-empty]")).ToContainTextAsync("Nothing in this range passes the filters.");
    }

    [Fact]
    public async Task RecordsOfAnotherTime_AreAnnounced()
    {
        var from = new DateTimeOffset(2026, 3, 12, 10, 0, 0, TimeSpan.Zero);
        Host.Feed.Push(s => s with { OutsideRange = new OutsideRange(15_204, from, from.AddMinutes(30)) });
        var page = await OpenAsync();

        await Expect(page.Locator("[data-outside-range]")).ToContainTextAsync("15\u202F204 records received in this range happened outside it");
        await page.Locator("[data-outside-range] a").ClickAsync();

        await Expect(page.Locator("[data-range=fixed]")).ToContainTextAsync("2026-03-12 11:00:00");
        Assert.Contains("/stream?", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinesOfOtherDays_ShowTheirWholeTime()
    {
        Host.Stream.Commit(
            Some.LogRecord("of another year", at: new DateTimeOffset(2019, 7, 1, 10, 0, 0, 123, TimeSpan.Zero)),
            Some.LogRecord("of today", at: TimeProvider.System.GetUtcNow()));
        var page = await OpenAsync("stream?from=2019-01-01T00:00:00Z&to=2100-01-01T00:00:00Z");

        await Expect(page.Locator(".tail-space .srow-time").Last).ToHaveTextAsync("2019-07-01 12:00:00.123");
        Assert.True(await page.Locator(".tail-space .srow-time").Last.EvaluateAsync<bool>("time => time.scrollWidth <= time.clientWidth"));
        Assert.Matches("^[0-9:.]{12}$", await page.Locator(".tail-space .srow-time").First.TextContentAsync());
    }

    [Fact]
    public async Task Search_SaysThatEnterStartsIt_AndTypedTimesAreInTheZoneOfTheLines()
    {
        Host.Stream.Commit(1, "line");
        var page = await OpenAsync();
        await Expect(page.Locator(".search .enter")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator(".search .enter")).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Time", Exact = true }).ClickAsync();
        await Expect(page.Locator("#stream-time")).ToContainTextAsync("without a zone in Europe/Berlin");
        await page.GetByLabel("From").FillAsync("2026-07-01 10:00");
        await page.GetByLabel("To", new() { Exact = true }).FillAsync("2026-07-01 11:00");
        await page.Locator("#stream-time").GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await Expect(page.Locator("[data-range=fixed] time").First).ToHaveAttributeAsync("datetime", "2026-07-01T08:00:00.000Z");
        await Expect(page.Locator("[data-range=fixed] time").Last).ToHaveAttributeAsync("datetime", "2026-07-01T09:00:00.000Z");
    }

    [Fact]
    public async Task Filters_LiveInTheUrl_AndTheBackButtonReturns()
    {
        Host.Stream.Commit(2, "calm");
        Host.Stream.Commit(1, "needle", SeverityNumber.Error);
        var page = await OpenAsync();
        await Expect(Texts(page)).ToHaveCountAsync(3);

        await page.Locator(".band[data-band=warn]").ClickAsync();
        await Expect(page).ToHaveURLAsync(Host.Address + "stream?severity=warn");
        await Expect(Texts(page)).ToHaveTextAsync(["needle 0"]);
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("NEEDLE");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(Host.Address + "stream?severity=warn&q=NEEDLE");
        await Expect(page.Locator(".srow mark")).ToHaveTextAsync("needle");
        await page.Locator(".kind").SelectOptionAsync("json");
        await Expect(page.Locator("[data-tail-empty]")).ToBeVisibleAsync();
        await Expect(page.Locator("#api-query")).ToHaveTextAsync(Host.Address + "api/logs?from=15m&severity=warn&q=NEEDLE&kind=json");
        await Expect(page.Locator(".strip-honest")).ToContainTextAsync("not by the other filters");

        await page.GoBackAsync();
        await Expect(Texts(page)).ToHaveTextAsync(["needle 0"]);
        await page.GoBackAsync();
        await page.GoBackAsync();
        await Expect(Texts(page)).ToHaveCountAsync(3);
        await Expect(page.Locator("[data-tail-search]")).ToHaveValueAsync("");
        Host.Stream.Commit(1, "still live");
        await Expect(Texts(page).First).ToHaveTextAsync("still live 0");
    }

    [Fact]
    public async Task Strip_DragAndKeys_ZoomIntoAStretch()
    {
        Host.Stream.Commit(1);
        var page = await OpenAsync();
        await Expect(page.Locator(".strip[data-bars]")).Not.ToHaveAttributeAsync("data-bars", "0");
        var box = (await page.Locator("[data-strip-canvas]").BoundingBoxAsync())!;

        await page.Mouse.MoveAsync(box.X + (box.Width / 4), box.Y + 20);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + 20);
        await page.Mouse.UpAsync();

        await Expect(page.Locator("[data-range=fixed]")).ToBeVisibleAsync();
        await Expect(State(page)).ToHaveTextAsync("fixed range");
        var (from, to) = RangeOf(page.Url);
        Assert.InRange((to - from).TotalSeconds, 200, 260);

        await page.GoBackAsync();
        await Expect(State(page)).ToHaveTextAsync("following");
        await page.Locator("[data-strip-slider]").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-range=fixed]")).ToBeVisibleAsync();
        (from, to) = RangeOf(page.Url);
        Assert.Equal(30, (to - from).TotalSeconds);
    }

    [Theory]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 390)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task AxeFindsNothing(ColorScheme theme, int width)
    {
        var trace = new TraceId(1, 2);
        Host.Stream.Commit([.. Enumerable.Range(0, 28).Select(i => Some.LogRecord(
            $"needle {i}", severity: (byte)(i % 25), at: TimeProvider.System.GetUtcNow(), attributes: """{"a":{"b":[1,null,true]}}""", traceId: trace, flags: LogRecordFlags.Late))]);
        var page = await OpenAsync(options: new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        await Expect(Texts(page).First).ToHaveTextAsync("needle 27");
        await AssertCleanAsync(page, "following");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

        await page.Keyboard.PressAsync("t");
        await page.Locator(".tail-space .srow").Nth(2).ClickAsync();
        await Expect(page.Locator(".record-fields")).ToBeVisibleAsync();
        await AssertCleanAsync(page, "drawer and table");
        foreach (var tab in new[] { "JSON", "Trace", "Context" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = tab, Exact = true }).ClickAsync();
            await AssertCleanAsync(page, tab);
        }

        await page.GotoAsync(Host.Address + "stream?severity=warn&q=nothing&notService=cart&template=3");
        await Expect(page.Locator("[data-tail-empty]")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Time", Exact = true }).ClickAsync();
        await AssertCleanAsync(page, "empty, the time open");
    }

    private static (DateTimeOffset From, DateTimeOffset To) RangeOf(string url)
    {
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(new Uri(url).Query);
        return (DateTimeOffset.Parse(query["from"]!, CultureInfo.InvariantCulture), DateTimeOffset.Parse(query["to"]!, CultureInfo.InvariantCulture));
    }

    private static async Task AssertCleanAsync(IPage page, string state)
    {
        var result = await page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            $"{state}: {string.Join("; ", result.Violations.Select(one => $"{one.Id}: {string.Join(", ", one.Nodes.Take(3).Select(node => node.Html))}"))}");
    }
}
