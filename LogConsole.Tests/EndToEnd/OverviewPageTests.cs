using System.Net;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The real pages in a real browser, fed by a fake feed.</summary>
public sealed class OverviewPageTests(BrowserFixture browser) : IAsyncLifetime
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
        await Expect(page.Locator(".line-time").First).ToHaveTextAsync("11:30:04.000"); // 10:30 UTC in Berlin
        await Expect(page.Locator(".line-time").First).ToHaveAttributeAsync("title", "2026-03-14T10:30:04.000Z");
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task FeedPushes_ChartNumbersAndLinesFollow()
    {
        var page = await OpenAsync();
        var bars = page.Locator(".apexcharts-bar-series path").First;
        await Expect(bars).ToBeAttachedAsync();
        var before = await ShapesAsync(page);

        _host.Feed.Push(s => s with
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
    public async Task ThemeToggle_SwitchesAndIsRemembered()
    {
        var page = await OpenAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");

        await page.Locator("[data-theme-toggle]").ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await page.ReloadAsync();

        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        Assert.Equal("rgb(245, 247, 249)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
    }

    [Fact]
    public async Task Theme_NothingStored_FollowsTheSystem()
    {
        var page = await OpenAsync(options: new BrowserNewContextOptions { ColorScheme = ColorScheme.Light });

        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
    }

    [Fact]
    public async Task Url_CarriesRangeAndService_AndTheBackButtonReturns()
    {
        var page = await OpenAsync("?range=5m&service=checkout");
        await Expect(page.Locator(".segment[aria-current]")).ToHaveTextAsync("5 min");
        await Expect(page.Locator(".filter-name")).ToHaveTextAsync("checkout");
        Assert.Equal(new OverviewView(TimeRange.Last(TimeSpan.FromMinutes(5)), "checkout"), _host.Feed.Views[^1]);

        await page.Keyboard.PressAsync("3");
        await Expect(page).ToHaveURLAsync(_host.Address + "?range=60m&service=checkout");
        await page.Locator("[data-service-filter]").ClickAsync();
        await page.Keyboard.TypeAsync("pay3"); // keys typed into a field are no shortcuts
        await Expect(page.Locator(".popover-note")).ToHaveTextAsync("No service has this in its name.");
        await page.Keyboard.PressAsync("Backspace");
        await page.GetByRole(AriaRole.Link, new() { Name = "payments" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(_host.Address + "?range=60m&service=payments");
        await _host.Feed.WhenAsync(feed => feed.Views[^1] == new OverviewView(TimeRange.Last(TimeSpan.FromMinutes(60)), "payments"));

        await page.GoBackAsync();
        await Expect(page.Locator(".filter-name")).ToHaveTextAsync("checkout");
        await _host.Feed.WhenAsync(feed => feed.Views[^1].Service == "checkout" && feed.OpenWatches == 1);
    }

    [Fact]
    public async Task OutsideRange_NoticeLinksToWhereTheRecordsAre()
    {
        var from = new DateTimeOffset(2026, 3, 12, 10, 0, 0, TimeSpan.Zero);
        _host.Feed.Push(s => s with { OutsideRange = new OutsideRange(15_204, from, from.AddMinutes(30)) });
        var page = await OpenAsync();

        await Expect(page.Locator("[data-outside-range]")).ToContainTextAsync("15\u202F204 records received in this time happened outside it");
        await page.Locator("[data-outside-range] a").ClickAsync();

        await Expect(page.Locator("[data-range=fixed]")).ToContainTextAsync("2026-03-12 11:00:00");
        await _host.Feed.WhenAsync(feed => feed.Views[^1].Range == TimeRange.Between(from, from.AddMinutes(30)) && feed.OpenWatches == 0);
        await Expect(page.GetByText("Go live")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task HostileText_StaysText()
    {
        const string script = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">";
        _host.Feed.Push(s => s with
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
        _host.Feed.PushStatus(s => s with { Services = ["<img src=x onerror=alert(1)>"] });
        var page = await OpenAsync();

        await Expect(page.Locator(".line-text").Nth(0)).ToHaveTextAsync(script);
        await Expect(page.Locator(".line-service").First).ToHaveTextAsync("<b>svc</b>");
        await Expect(page.Locator(".line-text").Nth(1)).ToHaveTextAsync(@"red \u202egnp.exe");
        await Expect(page.Locator(".services li").Last).ToHaveTextAsync("<img src=x onerror=alert(1)>");
        await page.Locator(".line").Nth(0).ClickAsync();
        await Expect(page.Locator(".line-body")).ToHaveTextAsync(script);

        await Expect(page.Locator("main img, main script, .services img, .line b")).ToHaveCountAsync(0);
        await Expect(page).ToHaveTitleAsync("Overview · LogConsole");
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task HiddenTab_IsSentNothing_AndCatchesUpWhenShown()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);

        await SetHiddenAsync(page, true);
        await _host.Feed.WhenAsync(feed => feed.OpenWatches == 0);
        var pushes = _host.Feed.Pushes;
        _host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [Some.Line(2_000, "while away"), .. s.Lines.Newest] } });
        Assert.Equal(pushes, _host.Feed.Pushes);

        await SetHiddenAsync(page, false);
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("while away");
        Assert.Equal(1, _host.Feed.OpenWatches);
    }

    [Fact]
    public async Task Pause_StopsTheData_AndGoingOnCatchesUp()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);

        await page.Keyboard.PressAsync("p");
        await Expect(page.Locator("button.live")).ToContainTextAsync("Paused");
        await _host.Feed.WhenAsync(feed => feed.OpenWatches == 0);
        _host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [Some.Line(2_000, "later"), .. s.Lines.Newest] } });
        _host.Feed.PushStatus(s => s with { ReceivedPerSecond = 5 });
        await Expect(page.Locator("[data-figure=received]")).ToHaveTextAsync("5/s received");
        await Expect(page.Locator(".line-text").First).Not.ToHaveTextAsync("later");

        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator("button.live")).ToHaveTextAsync("Live");
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("later");
    }

    [Fact]
    public async Task Lines_BeingRead_DoNotMove()
    {
        var page = await OpenAsync();
        await page.Locator(".line").Nth(5).HoverAsync();
        var read = await page.Locator(".line-text").Nth(5).TextContentAsync();

        _host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [Some.Line(2_000, "pushed in"), .. s.Lines.Newest] } });

        await Expect(page.Locator("[data-lines-held]")).ToHaveTextAsync("Held while you read, 1 new: show");
        await Expect(page.Locator(".line-text").Nth(5)).ToHaveTextAsync(read!);
        await page.Mouse.MoveAsync(700, 20); // reading ends
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("pushed in");
        await Expect(page.Locator("[data-lines-held]")).ToBeHiddenAsync();

        await page.Locator(".line").Nth(2).ClickAsync(); // an open line is read, wherever the pointer is
        await page.Mouse.MoveAsync(700, 20);
        _host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [Some.Line(2_001, "and another"), .. s.Lines.Newest] } });
        await page.Locator("[data-lines-held]").ClickAsync();
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("and another");
        await Expect(page.Locator(".line-detail")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Keyboard_ReachesTableHelpAndLines()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
        await Expect(page.Locator(".legend-item")).Not.ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator(".chart-table tbody tr")).ToHaveCountAsync(Some.Chart(TimeSpan.FromMinutes(15)).Buckets.Count);
        await Expect(page.Locator(".chart-table tbody tr").First).ToContainTextAsync("(filling)");
        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator(".chart-table")).ToBeHiddenAsync();

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog, new() { Name = "Keyboard shortcuts" })).ToBeVisibleAsync();
        await page.GetByLabel("Single-key shortcuts on").UncheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#shortcuts")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator(".chart-table")).ToBeHiddenAsync();

        await page.Locator(".line").First.FocusAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".line").Nth(1)).ToHaveAttributeAsync("aria-expanded", "true");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".line-detail")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task NothingReceivedYet_SaysWhyAndGivesTheCommand()
    {
        _host.Feed.Push(_ => new OverviewSnapshot { Database = Some.Ready, HasRecords = false });
        var page = await OpenAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No records yet" })).ToBeVisibleAsync();
        await Expect(page.Locator("#first-record")).ToHaveTextAsync(
            $"curl -X POST {_host.Address}api/ingest -H 'Content-Type: application/json' -d '{{\"service\":\"shop\",\"level\":\"error\",\"message\":\"hello\"}}'");

        _host.Feed.Push(_ => Some.Overview());
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
        await Expect(page.Locator(".apexcharts-bar-series")).Not.ToHaveCountAsync(0);
        Assert.Empty(_problems);
    }

    [Fact]
    public async Task DatabaseAway_SaysSo_AndTheRestStays()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);

        _host.Feed.Push(s => s with { Database = Some.Away });
        _host.Feed.PushStatus(s => s with { Database = Some.Away });

        await Expect(page.Locator("[data-database-away]")).ToContainTextAsync("connection refused on its socket");
        await Expect(page.Locator(".honesty")).ToHaveAttributeAsync("data-level", "bad");
        await Expect(page.Locator("button.live")).ToHaveTextAsync("Waiting");
        await Expect(page.Locator("[data-tile=rate] .tile-value")).ToContainTextAsync("10\u202F214");
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
    }

    [Fact]
    public async Task FeedBreaks_ThePageStaysAndSaysSo()
    {
        _host.Feed.Failure = new InvalidOperationException("broken on purpose");
        var page = await OpenAsync();

        await Expect(page.Locator(".pane-message")).ToContainTextAsync("cannot be read at the moment");
        await Expect(page.Locator("[data-figure=received]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task HonestyBar_ColoursByItselfAndExplains()
    {
        var page = await OpenAsync();
        await Expect(page.Locator("[data-figure=dead-letters]")).ToBeVisibleAsync();
        await Expect(page.Locator(".honesty[data-level]")).ToHaveCountAsync(0);

        _host.Feed.PushStatus(s => s with { DeadLetters = 12 });
        await Expect(page.Locator(".honesty")).ToHaveAttributeAsync("data-level", "warn");
        await Expect(page.Locator(".honesty [role=status]")).ToHaveTextAsync("Needs a look: dead letters.");

        await page.Locator("[data-figure=dead-letters]").ClickAsync();
        await Expect(page.Locator("#about-dead-letters")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("#about-dead-letters")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task ConnectionLost_ThePageStaysReadableAndSaysSo()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);

        await _host.StopAsync();

        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToContainTextAsync("Connection to the console lost");
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
    }

    [Fact]
    public async Task UnknownAddress_IsA404PageForPeople_AndBareForPrograms()
    {
        using var http = new HttpClient();
        using var program = await http.GetAsync(_host.Address + "api/nothing", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, program.StatusCode);
        Assert.Equal("", await program.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        _page = await browser.NewPageAsync();
        var answer = await _page.GotoAsync(_host.Address + "nothing");

        Assert.Equal(404, answer!.Status);
        Assert.Contains("default-src 'none'", (await answer.AllHeadersAsync())["content-security-policy"], StringComparison.Ordinal);
        await Expect(_page.GetByRole(AriaRole.Heading, new() { Name = "There is no page at this address" })).ToBeVisibleAsync();
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

    private async Task<IPage> OpenAsync(string query = "", BrowserNewContextOptions? options = null)
    {
        options ??= new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark };
        options.TimezoneId = "Europe/Berlin";
        options.ViewportSize ??= new ViewportSize { Width = 1440, Height = 900 };
        _page = await browser.NewPageAsync(options);
        _page.PageError += (_, error) => _problems.Add(error);
        _page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _problems.Add(message.Text);
            }
        };
        await _page.GotoAsync(_host.Address + query);
        await Expect(_page.Locator(".frame")).ToBeVisibleAsync();
        await Expect(_page.Locator(".tile .tile-value, .empty, .pane-message").First).ToBeVisibleAsync();
        return _page;
    }
}
