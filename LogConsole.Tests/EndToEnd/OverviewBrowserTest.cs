using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The real pages in a real browser, fed by a fake feed: one host and one page a test, which is in Berlin and dark unless it asks for something else.</summary>
public abstract class OverviewBrowserTest(BrowserFixture browser) : IAsyncLifetime
{
    private IPage? _page;

    internal UiHost Host { get; private set; } = null!;

    /// <summary>What the page's scripts threw and the browser complained about.</summary>
    protected List<string> Problems { get; } = [];

    public async ValueTask InitializeAsync() => Host = await UiHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_page is not null)
        {
            await _page.Context.CloseAsync();
        }

        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The test's page, showing nothing yet.</summary>
    protected async Task<IPage> NewPageAsync(BrowserNewContextOptions? options = null) => _page = await browser.NewPageAsync(options);

    /// <summary>The Overview, drawn.</summary>
    protected async Task<IPage> OpenAsync(string query = "", BrowserNewContextOptions? options = null)
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
        await page.GotoAsync(Host.Address + query);
        await Expect(page.Locator(".frame")).ToBeVisibleAsync();
        await Expect(page.Locator(".tile .tile-value, .empty, .pane-message").First).ToBeVisibleAsync();
        return page;
    }
}
