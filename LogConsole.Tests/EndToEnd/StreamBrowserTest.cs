using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The Stream page in a real browser, over records in memory.</summary>
public abstract class StreamBrowserTest(BrowserFixture browser) : PageTest(browser)
{
    /// <summary>The page, its list filled; without motion unless said otherwise.</summary>
    protected async Task<IPage> OpenAsync(string path = "stream", BrowserNewContextOptions? options = null)
    {
        var page = await GoAsync(path, options ?? new() { ReducedMotion = ReducedMotion.Reduce });
        await Expect(page.Locator(".tail[data-state]:not([data-state=loading])")).ToBeVisibleAsync();
        return page;
    }

    protected static ILocator Texts(IPage page) => page.Locator(".tail-space .srow-text");

    protected static ILocator State(IPage page) => page.Locator("[data-tail-state]");

    protected static async Task<(int Shown, int Skipped, int Missed)> CountsAsync(IPage page)
    {
        var counts = await page.Locator(".tail").EvaluateAsync<int[]>("tail => [+tail.dataset.shown, +tail.dataset.skipped, +tail.dataset.missed]");
        return (counts[0], counts[1], counts[2]);
    }
}
