using System.Globalization;
using Deque.AxeCore.Playwright;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The Stream page in a real browser, over records in memory.</summary>
public sealed class StreamPageTests(BrowserFixture browser) : IAsyncLifetime
{
    private readonly List<string> _problems = [];
    private UiHost _host = null!;
    private IPage? _page;

    public async ValueTask InitializeAsync() => _host = await UiHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
        {
            await _page.Context.CloseAsync();
        }

        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Open_ShowsWhatIsStored_AndFollowsWhatComes()
    {
        _host.Stream.Commit(3, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page)).ToHaveTextAsync(["stored 2", "stored 1", "stored 0"]);
        await Expect(State(page)).ToHaveTextAsync("following");

        _host.Stream.Commit(2, "new");

        await Expect(Texts(page)).ToHaveTextAsync(["new 1", "new 0", "stored 2", "stored 1", "stored 0"]);
        await Expect(page).ToHaveTitleAsync("Stream · LogConsole");
        await Expect(page.Locator("[data-tail-figures]")).ToContainTextAsync("all shown");
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task Pause_HoldsTheList_CountsWhatWaits_AndGoesOnWithNothingMissing()
    {
        _host.Stream.Commit(3, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page)).ToHaveCountAsync(3);

        await page.Keyboard.PressAsync("p");
        await Expect(State(page)).ToHaveTextAsync("paused");
        _host.Stream.Commit(5, "held");
        await Expect(page.Locator("[data-tail-figures]")).ToHaveTextAsync("5 new");
        await Expect(Texts(page)).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("p");

        await Expect(Texts(page).First).ToHaveTextAsync("held 4");
        await Expect(Texts(page)).ToHaveCountAsync(8);
        await Expect(State(page)).ToHaveTextAsync("following");
    }

    [Fact]
    public async Task Scrolling_PausesByItself_AndComingBackFollowsAgain()
    {
        _host.Stream.Commit(150, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page).First).ToHaveTextAsync("stored 149");

        await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = 800");
        await Expect(State(page)).ToHaveTextAsync("paused");
        _host.Stream.Commit(7, "held");
        await Expect(page.Locator("[data-tail-figures]")).ToHaveTextAsync("7 new");
        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("150 lines here");
        await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = 0");

        await Expect(State(page)).ToHaveTextAsync("following");
        await Expect(Texts(page).First).ToHaveTextAsync("held 6");
        await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = 800");
        await Expect(State(page)).ToHaveTextAsync("paused");
        await page.Keyboard.PressAsync("f");
        await Expect(State(page)).ToHaveTextAsync("following");
        Assert.Equal(0, await page.Locator("[data-tail-view]").EvaluateAsync<int>("view => view.scrollTop"));
    }

    [Fact]
    public async Task ScrollingDown_ReadsOlderPagesUntilTheEnd_EveryLineOnce()
    {
        _host.Stream.Commit(1_050, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page).First).ToHaveTextAsync("stored 1049");

        while (!await page.Locator(".tail-foot", new() { HasText = "The beginning of this range" }).IsVisibleAsync())
        {
            await page.Locator("[data-tail-view]").EvaluateAsync("view => { view.scrollTop = view.scrollHeight; }");
        }

        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("1\u202F050 lines here");
        await Expect(Texts(page).Last).ToHaveTextAsync("stored 0");
        Assert.InRange(_host.Stream.Pages, 6, 7);
    }

    [Fact]
    public async Task LongPause_MoreCameThanIsKept_AGapSaysHowMany_AndLoadsThem()
    {
        var time = await UseClockAsync();
        _host.Stream.Commit(2, "stored");
        var page = await OpenAsync();
        await page.Keyboard.PressAsync("p");
        await Expect(State(page)).ToHaveTextAsync("paused");
        for (var batch = 0; batch < 8; batch++)
        {
            _host.Stream.Commit(400, $"batch {batch}, line");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await page.Keyboard.PressAsync("p");
        await Expect(Texts(page).First).ToHaveTextAsync("batch 7, line 399");
        await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = view.scrollHeight");
        var gap = page.Locator(".srow-gap");
        await Expect(gap).ToContainTextAsync("lines not shown · load");
        var (shown, skipped, missed) = await CountsAsync(page);
        Assert.Equal(3_202, shown + skipped + missed);

        while (missed > 0)
        {
            await gap.ClickAsync();
            await page.WaitForFunctionAsync("before => +document.querySelector('.tail').dataset.missed < before", missed);
            (shown, skipped, missed) = await CountsAsync(page);
            await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = view.scrollHeight");
        }

        await Expect(gap).ToHaveCountAsync(0);
        Assert.Equal(3_202, shown + skipped);
    }

    [Fact]
    public async Task Row_Opens_WithEveryField_PausesAndClosesByEscape()
    {
        var trace = new TraceId(0x4bf92f3577b34da6, 0xa3ce929d0e0e4736);
        _host.Stream.Commit(
            Some.LogRecord("before", at: TimeProvider.System.GetUtcNow()),
            Some.LogRecord("boom\n   at Shop.Save()", severity: SeverityNumber.Error, at: TimeProvider.System.GetUtcNow(), attributes: """{"user":{"id":42}}""", traceId: trace, flags: LogRecordFlags.ZoneAssumed),
            Some.LogRecord("same trace", "cart", at: TimeProvider.System.GetUtcNow(), traceId: trace));
        var page = await OpenAsync("stream?severity=error");
        await Expect(Texts(page)).ToHaveTextAsync(["boom ⏎ at Shop.Save()"]);

        await page.Locator(".tail-space .srow").First.ClickAsync();
        var drawer = page.Locator(".drawer");
        await Expect(drawer.Locator(".drawer-text")).ToContainTextAsync("at Shop.Save()");
        await Expect(drawer.Locator(".fields")).ToContainTextAsync(trace.ToString());
        await Expect(drawer.Locator(".fields")).ToContainTextAsync("zone assumed");
        await Expect(drawer.Locator(".fields")).ToContainTextAsync("Stack trace");
        await Expect(drawer.Locator(".json").First).ToContainTextAsync("user");
        await Expect(State(page)).ToHaveTextAsync("paused");
        Assert.Contains("line=", page.Url, StringComparison.Ordinal);

        await drawer.GetByRole(AriaRole.Button, new() { Name = "Trace", Exact = true }).ClickAsync();
        await Expect(drawer.Locator(".near .srow-text")).ToHaveTextAsync(["same trace", "boom ⏎    at Shop.Save()"]);
        await drawer.GetByRole(AriaRole.Button, new() { Name = "Context" }).ClickAsync();
        await Expect(drawer.Locator(".near .srow-text")).ToHaveTextAsync(["boom ⏎    at Shop.Save()", "before"]);
        await drawer.GetByRole(AriaRole.Button, new() { Name = "All services" }).ClickAsync();
        await Expect(drawer.Locator(".near li")).ToHaveCountAsync(3);

        await page.Keyboard.PressAsync("Escape");
        await Expect(drawer).ToHaveCountAsync(0);
        await Expect(State(page)).ToHaveTextAsync("following");
        Assert.DoesNotContain("line=", page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LinkToALine_OpensItsDrawer_AndSaysWhenRetentionTookIt()
    {
        var row = _host.Stream.Commit(1, "linked")[0];
        var link = $"stream?line={new LogCursor(row.Timestamp.UnixMicroseconds, row.Id)}";
        var page = await OpenAsync(link);
        await Expect(page.Locator(".drawer-text")).ToHaveTextAsync("linked 0");

        _host.Stream.Drop(row.Id);
        await page.ReloadAsync();

        await Expect(page.Locator("[data-line-gone]")).ToContainTextAsync("This line is not stored any more");
        await Expect(page.Locator("[data-line-gone]")).ToContainTextAsync("7 d");
    }

    [Fact]
    public async Task Filters_LiveInTheUrl_AndTheBackButtonReturns()
    {
        _host.Stream.Commit(2, "calm");
        _host.Stream.Commit(1, "needle", SeverityNumber.Error);
        var page = await OpenAsync();
        await Expect(Texts(page)).ToHaveCountAsync(3);

        await page.Locator(".band[data-band=warn]").ClickAsync();
        await Expect(page).ToHaveURLAsync(_host.Address + "stream?severity=warn");
        await Expect(Texts(page)).ToHaveTextAsync(["needle 0"]);
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("NEEDLE");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(_host.Address + "stream?severity=warn&q=NEEDLE");
        await Expect(page.Locator(".srow mark")).ToHaveTextAsync("needle");
        await page.Locator(".kind").SelectOptionAsync("json");
        await Expect(page.Locator("[data-tail-empty]")).ToBeVisibleAsync();
        await Expect(page.Locator("#api-query")).ToHaveTextAsync(_host.Address + "api/logs?from=15m&severity=warn&q=NEEDLE&kind=json");
        await Expect(page.Locator(".strip-honest")).ToContainTextAsync("not by the other filters");

        await page.GoBackAsync();
        await Expect(Texts(page)).ToHaveTextAsync(["needle 0"]);
        await page.GoBackAsync();
        await page.GoBackAsync();
        await Expect(Texts(page)).ToHaveCountAsync(3);
        await Expect(page.Locator("[data-tail-search]")).ToHaveValueAsync("");
        _host.Stream.Commit(1, "still live");
        await Expect(Texts(page).First).ToHaveTextAsync("still live 0");
    }

    [Fact]
    public async Task Strip_DragAndKeys_ZoomIntoAStretch()
    {
        _host.Stream.Commit(1);
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

    [Fact]
    public async Task Keys_MoveOpenAndClose()
    {
        _host.Stream.Commit(60, "line");
        var page = await OpenAsync();
        await Expect(Texts(page).First).ToHaveTextAsync("line 59");

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator(".srow[data-active] .srow-text")).ToHaveTextAsync("line 59");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".drawer-text")).ToHaveTextAsync("line 58");
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator(".drawer-text")).ToHaveTextAsync("line 57");
        await page.Keyboard.PressAsync("End");
        await Expect(page.Locator(".drawer-text")).ToHaveTextAsync("line 0");
        await Expect(page.Locator(".srow[aria-selected=true] .srow-text")).ToHaveTextAsync("line 0");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".drawer")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task HostileText_InEveryField_StaysText()
    {
        const string script = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">";
        var now = TimeProvider.System.GetUtcNow();
        _host.Stream.Commit(
            new LogRecord
            {
                Timestamp = LogTimestamp.From(now),
                ObservedTimestamp = LogTimestamp.From(now),
                Service = "<b>svc</b>",
                SeverityText = script[..32],
                SeverityNumber = 17,
                Host = script,
                Body = System.Text.Encoding.UTF8.GetBytes("\u001b[31mred\u001b[0m \u202egnp.exe \uFFFD " + script + new string('x', 1 << 20)),
                Attributes = System.Text.Encoding.UTF8.GetBytes(System.Text.Json.JsonSerializer.Serialize(new Dictionary<string, object> { [script] = script, ["n"] = "\u202e" })),
                Resource = SharedJson.Create("""{"<b>":"</script>"}"""u8),
            });
        var page = await OpenAsync("stream?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E");
        await Expect(page.Locator("[data-tail-empty]")).ToBeVisibleAsync();
        await page.GotoAsync(_host.Address + "stream?notService=%3Cb%3Ex%3C%2Fb%3E&q=gnp");

        await Expect(Texts(page).First).ToContainTextAsync(@"red \u202egnp.exe");
        await page.Locator(".tail-space .srow").First.ClickAsync();
        await Expect(page.Locator(".drawer-text")).ToContainTextAsync(script);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show all of" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Show all of" })).ToHaveCountAsync(0);
        foreach (var tab in new[] { "JSON", "Context", "Fields" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = tab, Exact = true }).ClickAsync();
        }

        await Expect(page.Locator("main img, main script, .srow b, .drawer-part b, .token b")).ToHaveCountAsync(0);
        await Expect(page).ToHaveTitleAsync("Stream · LogConsole");
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task HiddenTab_IsSentNothing_AndCatchesUpWhenSeen()
    {
        var time = await UseClockAsync();
        _host.Stream.Commit(1, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page)).ToHaveCountAsync(1);
        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }); document.dispatchEvent(new Event('visibilitychange'))");
        await _host.Feed.WhenAsync(feed => feed.OpenWatches == 0);
        await page.EvaluateAsync("window.before = document.querySelector('.tail').dataset.shown; window.changes = 0; new MutationObserver(() => window.changes++).observe(document.querySelector('.tail'), { subtree: true, childList: true, attributes: true, characterData: true })");

        _host.Stream.Commit(30, "unseen");
        for (var second = 0; second < 10; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await page.EvaluateAsync("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        }

        Assert.Equal(0, await page.EvaluateAsync<int>("window.changes"));
        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { configurable: true, get: () => false }); document.dispatchEvent(new Event('visibilitychange'))");

        await Expect(Texts(page).First).ToHaveTextAsync("unseen 29");
        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("31 lines here");
    }

    [Fact]
    public async Task ConnectionLost_ComesBackWithEveryLineOnce()
    {
        _host.Stream.Commit(3, "stored");
        await using var context = (await browser.NewPageAsync()).Context;
        var page = context.Pages[0];
        await page.AddInitScriptAsync(
            "const Real = WebSocket; window.sockets = []; window.WebSocket = class extends Real { constructor(...a) { super(...a); window.sockets.push(this); } };");
        await page.GotoAsync(_host.Address + "stream");
        await Expect(Texts(page)).ToHaveCountAsync(3);
        await context.SetOfflineAsync(true);
        await page.EvaluateAsync("window.sockets.forEach(socket => socket.close())");
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        _host.Stream.Commit(20, "while away");
        await context.SetOfflineAsync(false);

        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        _host.Stream.Commit(1, "after");
        await Expect(Texts(page).First).ToHaveTextAsync("after 0");
        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("24 lines here");
        Assert.Equal((24, 0, 0), await CountsAsync(page));
    }

    [Theory]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 390)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task AxeFindsNothing(ColorScheme theme, int width)
    {
        var trace = new TraceId(1, 2);
        _host.Stream.Commit([.. Enumerable.Range(0, 28).Select(i => Some.LogRecord(
            $"needle {i}", severity: (byte)(i % 25), at: TimeProvider.System.GetUtcNow(), attributes: """{"a":{"b":[1,null,true]}}""", traceId: trace, flags: LogRecordFlags.Late))]);
        var page = await OpenAsync(options: new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        await Expect(Texts(page).First).ToHaveTextAsync("needle 27");
        await AssertCleanAsync(page, "following");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

        await page.Keyboard.PressAsync("t");
        await page.Locator(".tail-space .srow").Nth(2).ClickAsync();
        await Expect(page.Locator(".fields")).ToBeVisibleAsync();
        await AssertCleanAsync(page, "drawer and table");
        foreach (var tab in new[] { "JSON", "Trace", "Context" })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = tab, Exact = true }).ClickAsync();
            await AssertCleanAsync(page, tab);
        }

        await page.GotoAsync(_host.Address + "stream?severity=warn&q=nothing&notService=cart&template=3");
        await Expect(page.Locator("[data-tail-empty]")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Time", Exact = true }).ClickAsync();
        await AssertCleanAsync(page, "empty, the time open");
    }

    // A page whose time is moved by the test.
    private async Task<FakeTimeProvider> UseClockAsync()
    {
        var time = new FakeTimeProvider(Some.Now);
        await _host.DisposeAsync();
        _host = await UiHost.StartAsync(time);
        return time;
    }

    private async Task<IPage> OpenAsync(string path = "stream", BrowserNewContextOptions? options = null)
    {
        _page = await browser.NewPageAsync(options ?? new() { ViewportSize = new() { Width = 1440, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        _page.PageError += (_, error) => _problems.Add(error);
        _page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _problems.Add(message.Text);
            }
        };
        await _page.GotoAsync(_host.Address + path);
        await Expect(_page.Locator(".tail[data-state]:not([data-state=loading])")).ToBeVisibleAsync();
        return _page;
    }

    private static ILocator Texts(IPage page) => page.Locator(".tail-space .srow-text");

    private static ILocator State(IPage page) => page.Locator("[data-tail-state]");

    private static async Task<(int Shown, int Skipped, int Missed)> CountsAsync(IPage page)
    {
        var counts = await page.Locator(".tail").EvaluateAsync<int[]>("tail => [+tail.dataset.shown, +tail.dataset.skipped, +tail.dataset.missed]");
        return (counts[0], counts[1], counts[2]);
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
