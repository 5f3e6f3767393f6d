using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The newest lines: hostile text, rows that hold still, what is below an open one.</summary>
public sealed class OverviewLinesTests(BrowserFixture browser) : OverviewBrowserTest(browser)
{
    [Fact]
    public async Task HostileText_StaysText()
    {
        const string script = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">";
        Host.Feed.Push(s => s with
        {
            Lines = s.Lines with
            {
                Newest =
                [
                    Some.Line(3, script) with { Service = "<b>svc</b>" },
                    Some.Line(2, "\u001b[31mred\u001b[0m \u202egnp.exe"),
                    Some.Line(1, "first\nsecond"),
                ],
            },
        });
        Host.Feed.PushStatus(s => s with { Services = ["<img src=x onerror=alert(1)>"] });
        var page = await OpenAsync();

        await Expect(page.Locator(".line-text").Nth(0)).ToHaveTextAsync(script);
        await Expect(page.Locator(".line-service").First).ToHaveTextAsync("<b>svc</b>");
        await Expect(page.Locator(".line-text").Nth(1)).ToHaveTextAsync(@"red \u202egnp.exe");
        await Expect(page.Locator(".services li").Last).ToHaveTextAsync("<img src=x onerror=alert(1)>");
        await page.Locator(".line").Nth(0).ClickAsync();
        await Expect(page.Locator(".line-body")).ToHaveTextAsync(script);

        await Expect(page.Locator("main img, main script, .services img, .line b")).ToHaveCountAsync(0);
        await Expect(page).ToHaveTitleAsync("Overview · LogConsole");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task LinesOfOtherDays_ShowTheirWholeTime()
    {
        var old = Some.Line(1) with { Timestamp = new DateTimeOffset(2019, 7, 1, 10, 0, 0, 123, TimeSpan.Zero) };
        Host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [old] } });
        var page = await OpenAsync();

        await Expect(page.Locator(".line-time")).ToHaveTextAsync("2019-07-01 12:00:00.123");
        Assert.True(await page.Locator(".line-time").EvaluateAsync<bool>("time => time.scrollWidth <= time.clientWidth"));
    }

    [Fact]
    public async Task Lines_BeingRead_DoNotMove()
    {
        var page = await OpenAsync();
        await page.Locator(".line").Nth(5).HoverAsync();
        var read = await page.Locator(".line-text").Nth(5).TextContentAsync();

        Host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [Some.Line(2_000, "pushed in"), .. s.Lines.Newest] } });

        await Expect(page.Locator("[data-lines-held]")).ToHaveTextAsync("Held while you read, 1 new: show");
        await Expect(page.Locator(".line-text").Nth(5)).ToHaveTextAsync(read!);
        await page.Mouse.MoveAsync(700, 20); // reading ends
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("pushed in");
        await Expect(page.Locator("[data-lines-held]")).ToBeHiddenAsync();

        await page.Locator(".line").Nth(2).ClickAsync(); // an open line is read, wherever the pointer is
        await page.Mouse.MoveAsync(700, 20);
        Host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [Some.Line(2_001, "and another"), .. s.Lines.Newest] } });
        await page.Locator("[data-lines-held]").ClickAsync();
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("and another");
        await Expect(page.Locator(".line-detail")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task OpenLine_ShowsEverythingStored_AsText()
    {
        const string script = "<img src=x onerror=\"document.title='pwned'\">";
        var line = Some.Line(1_000, severity: 21) with { Flags = LogRecordFlags.Late | LogRecordFlags.ZoneAssumed };
        Host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [line] } });
        Host.Lines.Answer = place => place.Id == line.Id && place.UnixMicroseconds == LogTimestamp.From(line.Timestamp).UnixMicroseconds
            ? new LineReading(
                Some.LineDetails(line) with
                {
                    Row = Some.LineDetails(line).Row with
                    {
                        Attributes = $$$"""{"http":{"status":200,"path":{{{JsonSerializer.Serialize(script)}}}},"order":12345678901234567890,"tags":["eu","canary"]}""",
                        Resource = """{"service.version":"1.4.2"}""",
                    },
                },
                null)
            : LineReading.Gone;
        var page = await OpenAsync(options: new() { Permissions = ["clipboard-read", "clipboard-write"] });

        await page.Locator(".line").First.ClickAsync();

        var detail = page.Locator(".line-detail");
        await Expect(detail.Locator(".sheet-fields dd")).ToHaveTextAsync(
        [
            "2026-03-14 11:30:04.000000789 UTC+1 2026-03-14T10:30:04.000000789Z",
            "2026-03-14 11:30:04.040000 UTC+1 40\u202Fms after it happened",
            "fatal number 21, sent as INFO",
            line.Service,
            "node-3",
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "00f067aa0ba902b7",
            "GET /api/cart/<*> 200 in <*> ms id 12",
            "http",
            "1000",
        ]);
        await Expect(detail.Locator(".sheet-odd li")).ToHaveTextAsync(
            ["Late: its time window had already closed when it was stored.", "Time without a zone: the default zone of its source was assumed."]);
        await Expect(detail.Locator(".sheet-json dt")).ToHaveTextAsync(["http", "status", "path", "order", "tags", "service.version"]);
        await Expect(detail.Locator(".sheet-json dd")).ToHaveTextAsync(["", "200", script, "12345678901234567890", """["eu","canary"]""", "1.4.2"]);
        await Expect(page.Locator("main img")).ToHaveCountAsync(0);

        await detail.Locator("[data-copy-line]").ClickAsync();
        await Expect(detail.Locator("[data-copy-line]")).ToHaveTextAsync("Copied");
        var copied = JsonElement.Parse(await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        Assert.Equal(script, copied.GetProperty("attributes").GetProperty("http").GetProperty("path").GetString());
        Assert.Equal("12345678901234567890", copied.GetProperty("attributes").GetProperty("order").GetRawText());
        Assert.Equal(["late", "zoneAssumed"], copied.GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()).Order(StringComparer.Ordinal));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task OpenLine_NoLongerStoredOrDatabaseAway_SaysSo()
    {
        var page = await OpenAsync();
        await page.Locator(".line").Nth(1).ClickAsync();
        await Expect(page.Locator(".sheet-missing")).ToHaveTextAsync("This line is no longer stored: retention has dropped it.");
        await Expect(page.Locator(".line-body")).Not.ToBeEmptyAsync();
        await page.Locator(".line").Nth(1).ClickAsync();

        Host.Lines.Answer = _ => LineReading.Away;
        await page.Locator(".line").Nth(1).ClickAsync();
        await Expect(page.Locator(".sheet-missing")).ToContainTextAsync("cannot be read while the database is not reachable");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Keyboard_EntersMovesOpensAndLeaves()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);

        Host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [Some.Line(2_000, "the newest"), .. s.Lines.Newest] } });
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("the newest");

        await page.Keyboard.PressAsync("ArrowDown"); // from the page
        await Expect(page.Locator(".line").Nth(0)).ToBeFocusedAsync();
        Assert.Equal("solid", await page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator(".line").Nth(2)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".line").Nth(2)).ToHaveAttributeAsync("aria-expanded", "true");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".line-detail")).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("Tab"); // into what is below the line
        await Expect(page.Locator(".line-detail :focus")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".line-detail")).ToHaveCountAsync(0);
        await Expect(page.Locator(".line").Nth(2)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".line:focus")).ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("j"); // back to where one was
        await Expect(page.Locator(".line").Nth(2)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");

        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#shortcuts")).ToContainTextAsync("Go to the newest lines");
        await page.Keyboard.PressAsync("j"); // a dialog keeps its keys
        await page.GetByLabel("Single-key shortcuts on").UncheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator(".line:focus")).ToHaveCountAsync(0);
    }
}
