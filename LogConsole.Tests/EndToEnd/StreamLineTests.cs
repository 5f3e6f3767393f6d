using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>One line of the Stream page: its drawer, its link, the keys, and text that means harm.</summary>
public sealed class StreamLineTests(BrowserFixture browser) : StreamBrowserTest(browser)
{
    [Fact]
    public async Task Row_Opens_WithEveryField_PausesAndClosesByEscape()
    {
        var trace = new TraceId(0x4bf92f3577b34da6, 0xa3ce929d0e0e4736);
        Host.Stream.Commit(
            Some.LogRecord("before", at: TimeProvider.System.GetUtcNow()),
            Some.LogRecord("boom\n   at Shop.Save()", severity: SeverityNumber.Error, at: TimeProvider.System.GetUtcNow(), attributes: """{"user":{"id":42}}""", traceId: trace, flags: LogRecordFlags.ZoneAssumed),
            Some.LogRecord("same trace", "cart", at: TimeProvider.System.GetUtcNow(), traceId: trace));
        var page = await OpenAsync("stream?severity=error");
        await Expect(Texts(page)).ToHaveTextAsync(["boom ⏎ at Shop.Save()"]);

        await page.Locator(".tail-space .srow").First.ClickAsync();
        var drawer = page.Locator(".drawer");
        await Expect(drawer.Locator(".drawer-text")).ToContainTextAsync("at Shop.Save()");
        await Expect(drawer.Locator(".record-fields")).ToContainTextAsync(trace.ToString());
        await Expect(drawer.Locator(".record-fields")).ToContainTextAsync("zone assumed");
        await Expect(drawer.Locator(".record-fields")).ToContainTextAsync("Stack trace");
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
        var row = Host.Stream.Commit(1, "linked")[0];
        var link = $"stream?line={new LogCursor(row.Timestamp.UnixMicroseconds, row.Id)}";
        var page = await OpenAsync(link);
        await Expect(page.Locator(".drawer-text")).ToHaveTextAsync("linked 0");

        Host.Stream.Drop(row.Id);
        await page.ReloadAsync();

        await Expect(page.Locator("[data-line-gone]")).ToContainTextAsync("This line is not stored any more");
        await Expect(page.Locator("[data-line-gone]")).ToContainTextAsync("7 d");
    }

    [Fact]
    public async Task LinkToALineFarBack_ShowsTheLinesAroundIt_AndBothEndsAreReached()
    {
        var rows = CommitSpread(1_050);
        var line = rows[500];
        var page = await OpenAsync($"stream?range=60m&line={new LogCursor(line.Timestamp.UnixMicroseconds, line.Id)}");

        var row = page.Locator(".srow[aria-selected=true]");
        await Expect(row.Locator(".srow-text")).ToHaveTextAsync("spread 500");
        await Expect(row).ToBeInViewportAsync();
        await Expect(Texts(page).Filter(new() { HasTextString = "spread 501" })).ToHaveCountAsync(1);
        await Expect(page.Locator(".drawer-text")).ToHaveTextAsync("spread 500");
        await Expect(State(page)).ToHaveTextAsync("paused");
        Assert.NotEqual(await page.Locator(".tail-space .srow:not([aria-selected=true])").First.EvaluateAsync<string>(Background), await row.EvaluateAsync<string>(Background));

        await page.GetByRole(AriaRole.Button, new() { Name = "Close (Esc)" }).ClickAsync();
        await ScrollUntilAsync(page, "view.scrollTop = 0", "spread 1049", first: true);
        await Expect(State(page)).ToHaveTextAsync("following");
        await ScrollUntilAsync(page, "view.scrollTop = view.scrollHeight", "spread 0", first: false);
        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("1\u202F050 lines here");
    }

    [Fact]
    public async Task LinkToALineFarBack_FollowGoesToTheNewest()
    {
        var line = CommitSpread(600)[50];
        var page = await OpenAsync($"stream?range=60m&line={new LogCursor(line.Timestamp.UnixMicroseconds, line.Id)}");
        await Expect(page.Locator(".srow[aria-selected=true]")).ToBeInViewportAsync();

        var pages = Host.Stream.Pages;
        await page.Locator("[data-tail-follow]").ClickAsync();

        await Expect(Texts(page).First).ToHaveTextAsync("spread 599");
        await Expect(State(page)).ToHaveTextAsync("following");
        Assert.Equal(pages + 1, Host.Stream.Pages); // nothing is read for the list that is given up
    }

    [Fact]
    public async Task LinkByIdAlone_BecomesThatOfThePlace_AndAnUnknownOneSaysSo()
    {
        var row = Host.Stream.Commit(1, "named")[0];
        var page = await OpenAsync($"stream?line={row.Id}");
        await Expect(page.Locator(".drawer-text")).ToHaveTextAsync("named 0");
        Assert.EndsWith($"line={new LogCursor(row.Timestamp.UnixMicroseconds, row.Id)}", page.Url, StringComparison.Ordinal);

        await page.GotoAsync(Host.Address + "stream?line=77");
        await Expect(page.Locator("[data-line-gone]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task LineOutsideTheTimeShown_SaysSo_AndLeadsThere()
    {
        var row = Host.Stream.Commit(Some.LogRecord("long ago", at: TimeProvider.System.GetUtcNow().AddHours(-3)))[0];
        var page = await OpenAsync($"stream?line={new LogCursor(row.Timestamp.UnixMicroseconds, row.Id)}");
        await Expect(page.Locator("[data-line-outside]")).ToContainTextAsync("does not lie in the time shown");

        await page.Locator("[data-line-outside] a").ClickAsync();

        await Expect(page.Locator(".srow[aria-selected=true] .srow-text")).ToHaveTextAsync("long ago");
        await Expect(page.Locator("[data-line-outside]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task AddressThatCannotBeRead_IsSaid()
    {
        var page = await OpenAsync("stream?line=bogus&severities=foo");
        await Expect(page.Locator("[data-stream-fault]")).ToContainTextAsync("severities (foo) is no list of severities, line (bogus) is no line");

        await page.GotoAsync(Host.Address + "stream?severity=error");
        await Expect(State(page)).ToHaveTextAsync("following");
        await Expect(page.Locator("[data-stream-fault]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Copy_OfALinkInALiveView_NamesTheTimeAroundTheLine()
    {
        var row = Host.Stream.Commit(1, "copied")[0];
        var page = await OpenAsync($"stream?line={new LogCursor(row.Timestamp.UnixMicroseconds, row.Id)}");
        var link = await page.Locator("#line-link").TextContentAsync();
        Assert.Matches("stream\\?from=.*&to=.*&line=", link);
    }

    [Fact]
    public async Task Fields_StandOneBelowTheOther_AndATimeThatIsTheSameIsNotNegative()
    {
        var now = TimeProvider.System.GetUtcNow();
        Host.Stream.Commit(Some.LogRecord("x", at: now.AddMicroseconds(300), arrived: now, traceId: new TraceId(1, 2)));
        var page = await OpenAsync();
        await page.Locator(".tail-space .srow").First.ClickAsync();
        await Expect(page.Locator(".record-fields")).ToContainTextAsync("observed");

        var boxes = await page.Locator(".record-fields > div").EvaluateAllAsync<double[][]>("rows => rows.map(row => row.getBoundingClientRect()).map(box => [box.left, box.right, box.top, box.bottom])");
        Assert.All(boxes, box => Assert.Equal((boxes[0][0], boxes[0][1]), (box[0], box[1])));
        Assert.All(boxes.Zip(boxes.Skip(1)), pair => Assert.True(pair.Second[2] >= pair.First[3]));
        await Expect(page.Locator(".record-fields")).Not.ToContainTextAsync("0\u202Fms");
    }

    [Fact]
    public async Task Keys_MoveOpenAndClose()
    {
        Host.Stream.Commit(60, "line");
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

    private const string Background = "row => getComputedStyle(row).backgroundColor";

    private IReadOnlyList<LogRow> CommitSpread(int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Host.Stream.Commit([.. Enumerable.Range(0, count).Select(i => Some.LogRecord($"spread {i}", at: now.AddSeconds(-1.5 * (count - i))))]);
    }

    // A page that comes while the list scrolls moves it: until the end is there it is scrolled again.
    private static async Task ScrollUntilAsync(IPage page, string scroll, string text, bool first)
    {
        var end = first ? Texts(page).First : Texts(page).Last;
        while (await end.TextContentAsync() != text)
        {
            await page.Locator("[data-tail-view]").EvaluateAsync($"view => {{ {scroll}; return new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))); }}");
        }
    }

    [Fact]
    public async Task HostileText_InEveryField_StaysText()
    {
        const string script = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">";
        var now = TimeProvider.System.GetUtcNow();
        Host.Stream.Commit(
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
        await page.GotoAsync(Host.Address + "stream?notService=%3Cb%3Ex%3C%2Fb%3E&q=gnp");

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
        Assert.Empty(Problems);
    }
}
