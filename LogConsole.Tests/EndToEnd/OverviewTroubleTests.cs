using LogConsole.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The page when something is wrong: it stays readable and says what it is.</summary>
public sealed class OverviewTroubleTests(BrowserFixture browser) : OverviewBrowserTest(browser)
{
    [Fact]
    public async Task DatabaseAway_SaysSo_AndTheRestStays()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);

        Host.Feed.Push(s => s with { Database = Some.Away });
        Host.Feed.PushStatus(s => s with { Database = Some.Away });

        await Expect(page.Locator("[data-database-away]")).ToContainTextAsync("connection refused on its socket");
        await Expect(page.Locator(".honesty")).ToHaveAttributeAsync("data-level", "bad");
        await Expect(page.Locator("button.live")).ToHaveTextAsync("Waiting");
        await Expect(page.Locator("[data-tile=rate] .tile-value")).ToContainTextAsync("10\u202F214");
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
    }

    [Fact]
    public async Task FeedBreaks_ThePageStaysAndSaysSo()
    {
        Host.Feed.Failure = new InvalidOperationException("broken on purpose");
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

        Host.Feed.PushStatus(s => s with { DeadLetters = 12 });
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

        await Host.StopAsync();

        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToContainTextAsync("Connection to the console lost");
        Assert.Equal("\"Offline\"", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.live > span:nth-of-type(2)'), '::after').content"));
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
    }
}
