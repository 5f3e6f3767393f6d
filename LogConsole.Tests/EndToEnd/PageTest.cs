using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The real pages in a real browser, fed by fake feeds: one host and one page a test.</summary>
public abstract class PageTest(BrowserFixture browser) : IAsyncLifetime
{
    private IPage? _page;

    protected BrowserFixture Browser { get; } = browser;

    private protected UiHost Host { get; private set; } = null!;

    /// <summary>What the page's scripts threw and the browser complained about.</summary>
    protected List<string> Problems { get; } = [];

    public async ValueTask InitializeAsync() => Host = await UiHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_page is not null)
        {
            await _page.Context.CloseAsync();
        }

        await Host.DisposeAsync();
    }

    /// <summary>The test's page, showing nothing yet.</summary>
    protected async Task<IPage> NewPageAsync(BrowserNewContextOptions? options = null) => _page = await Browser.NewPageAsync(options, Problems);

    /// <summary>A page below the base address, its frame drawn: in Berlin, at 1440 px and dark unless said otherwise.</summary>
    protected async Task<IPage> GoAsync(string path, BrowserNewContextOptions? options = null, string? address = null)
    {
        options ??= new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark };
        options.TimezoneId = "Europe/Berlin";
        options.ViewportSize ??= new ViewportSize { Width = 1440, Height = 900 };
        var page = await NewPageAsync(options);
        await page.GotoAsync((address ?? Host.Address) + path);
        await Expect(page.Locator(".frame")).ToBeVisibleAsync();
        return page;
    }

    /// <summary>A host whose time is moved by the test.</summary>
    private protected async Task<FakeTimeProvider> UseClockAsync()
    {
        var time = new FakeTimeProvider(Some.Now);
        await Host.DisposeAsync();
        Host = await UiHost.StartAsync(time);
        return time;
    }
}
