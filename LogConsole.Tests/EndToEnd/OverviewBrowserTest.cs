using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The Overview in a real browser, fed by a fake feed.</summary>
public abstract class OverviewBrowserTest(BrowserFixture browser) : PageTest(browser)
{
    /// <summary>The Overview, drawn.</summary>
    protected async Task<IPage> OpenAsync(string query = "", BrowserNewContextOptions? options = null)
    {
        var page = await GoAsync(query, options);
        await Expect(page.Locator(".tile .tile-value, .empty, .pane-message").First).ToBeVisibleAsync();
        return page;
    }
}
