using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The incident pages in a real browser, fed by a fake feed.</summary>
public abstract class IncidentBrowserTest(BrowserFixture browser) : OverviewBrowserTest(browser)
{
    /// <summary>A page below the base address, its frame drawn, at 1440 px and dark unless said otherwise.</summary>
    protected async Task<IPage> GoAsync(string path, BrowserNewContextOptions? options = null, string? address = null)
    {
        options ??= new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark };
        options.TimezoneId = "Europe/Berlin";
        options.ViewportSize ??= new ViewportSize { Width = 1440, Height = 900 };
        var page = await NewPageAsync(options);
        page.PageError += (_, error) => Problems.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                Problems.Add(message.Text);
            }
        };
        await page.GotoAsync((address ?? Host.Address) + path);
        await Expect(page.Locator(".frame")).ToBeVisibleAsync();
        return page;
    }
}
