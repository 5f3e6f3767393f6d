using System.Net;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The frame around the page: theme, address, keys, and addresses that are none.</summary>
public sealed class OverviewFrameTests(BrowserFixture browser) : OverviewBrowserTest(browser)
{
    [Fact]
    public async Task ConsoleSaysNothing_ThePageSaysSoBeforeTheConnectionIsGivenUp_AndWhenItWasLastHeardOf()
    {
        var page = await NewPageAsync(new() { TimezoneId = "Europe/Berlin" });
        await page.Clock.InstallAsync(new() { TimeDate = Some.Now.UtcDateTime });
        await page.AddInitScriptAsync(
            "const Real = WebSocket; window.sockets = []; window.WebSocket = class extends Real { constructor(...a) { super(...a); window.sockets.push(this); this.addEventListener('message', e => { if (window.deaf) e.stopImmediatePropagation(); }); } };");
        await page.GotoAsync(Host.Address);
        await Expect(page.Locator(".live")).ToContainTextAsync("Live");
        await page.Clock.RunForAsync(3_000);
        await Expect(page.Locator("#no-answer")).ToBeHiddenAsync();

        var lastHeard = await page.EvaluateAsync<string>("() => { window.deaf = true; return new Date().toLocaleTimeString('en-GB', { hourCycle: 'h23' }); }");
        await page.Clock.RunForAsync(13_000);

        await Expect(page.Locator("#no-answer")).ToContainTextAsync("No sign of the console for 1");
        var told = await page.Locator("#no-answer [data-lost-at]").TextContentAsync();
        Assert.InRange(told!, "at 00:00:00", $"at {lastHeard}");
        await page.Context.SetOfflineAsync(true);
        await page.EvaluateAsync("window.sockets.forEach(socket => socket.close())");
        await Expect(page.Locator("#components-reconnect-modal .when-retrying [data-lost-at]")).ToHaveTextAsync(told!);
        await Expect(page.Locator("#no-answer")).ToBeHiddenAsync();

        await page.EvaluateAsync("window.deaf = false");
        await page.Context.SetOfflineAsync(false);
        await page.Clock.RunForAsync(6_000);
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await Expect(page.Locator("#no-answer")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Shortcuts_StandUnderTheirPages()
    {
        var page = await OpenAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("#shortcuts h3")).ToHaveTextAsync(["Everywhere", "Overview", "Stream", "Incidents"]);
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
        await Host.Feed.WhenAsync(feed => feed.Views.Count != 0 && feed.Views[^1] == new OverviewView(TimeRange.Last(TimeSpan.FromMinutes(5)), "checkout"));

        await page.Keyboard.PressAsync("3");
        await Expect(page).ToHaveURLAsync(Host.Address + "?range=60m&service=checkout");
        await page.Locator("[data-service-filter]").ClickAsync();
        await page.Keyboard.TypeAsync("pay3"); // keys typed into a field are no shortcuts
        await Expect(page.Locator(".popover-note")).ToHaveTextAsync("No service has this in its name.");
        await page.Keyboard.PressAsync("Backspace");
        await page.GetByRole(AriaRole.Link, new() { Name = "payments" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(Host.Address + "?range=60m&service=payments");
        await Host.Feed.WhenAsync(feed => feed.Views[^1] == new OverviewView(TimeRange.Last(TimeSpan.FromMinutes(60)), "payments"));

        await page.GoBackAsync();
        await Expect(page.Locator(".filter-name")).ToHaveTextAsync("checkout");
        await Host.Feed.WhenAsync(feed => feed.Views[^1].Service == "checkout" && feed.OpenWatches == 1);
    }

    [Fact]
    public async Task AddressThatCannotBeRead_SaysWhatIsShownInstead()
    {
        var page = await OpenAsync("?from=<b>nonsense</b>");
        await Expect(page.Locator("[data-view-fault]")).ToHaveTextAsync("The time range of this address cannot be read: from (<b>nonsense</b>) is no time. Shown instead: the last 15\u202Fmin.");

        await page.Keyboard.PressAsync("1");
        await Expect(page.Locator(".segment[aria-current]")).ToHaveTextAsync("5 min");
        await Expect(page.Locator("[data-view-fault]")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("", 1, 1, 1)]
    [InlineData("stream", 1, 1, 1)]
    [InlineData("incidents", 0, 1, 1)]
    [InlineData("system", 0, 0, 1)]
    [InlineData("settings", 0, 0, 0)]
    public async Task TopBar_HasWhatDoesSomethingOnThePage(string path, int ranges, int services, int live)
    {
        var page = await GoAsync(path);

        await Expect(page.Locator(".topbar .segments")).ToHaveCountAsync(ranges);
        await Expect(page.Locator(".topbar [data-service-filter]")).ToHaveCountAsync(services);
        await Expect(page.Locator(".topbar .live")).ToHaveCountAsync(live);
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
    public async Task UnknownAddress_IsA404PageForPeople_AndBareForPrograms()
    {
        using var http = new HttpClient();
        using var program = await http.GetAsync(Host.Address + "api/nothing", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, program.StatusCode);
        Assert.Equal("", await program.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        var page = await NewPageAsync();
        var answer = await page.GotoAsync(Host.Address + "nothing");

        Assert.Equal(404, answer!.Status);
        Assert.Contains("default-src 'none'", (await answer.AllHeadersAsync())["content-security-policy"], StringComparison.Ordinal);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "There is no page at this address" })).ToBeVisibleAsync();
    }
}
