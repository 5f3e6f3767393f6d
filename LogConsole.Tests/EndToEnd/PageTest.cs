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

    /// <summary>A page as a user sees it who has chosen a zone in the settings, in a browser in Berlin.</summary>
    protected async Task<IPage> GoInZoneAsync(string path, string zone)
    {
        var page = await NewPageAsync(new() { TimezoneId = "Europe/Berlin", ViewportSize = new() { Width = 1440, Height = 900 } });
        await page.RouteAsync(Host.Address + path, async route =>
        {
            var response = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = response, Body = (await response.TextAsync()).Replace("<html lang=\"en\"", $"<html lang=\"en\" data-zone=\"{zone}\"", StringComparison.Ordinal) });
        });
        await page.GotoAsync(Host.Address + path);
        await Expect(page.Locator(".frame")).ToBeVisibleAsync();
        return page;
    }

    /// <summary>The times of day on a chart's time axis.</summary>
    protected static async Task<IReadOnlyList<TimeSpan>> AxisTimesAsync(IPage page)
    {
        await Expect(page.Locator(".apexcharts-xaxis-label").First).ToBeAttachedAsync();
        var labels = await page.Locator(".apexcharts-xaxis-label").AllTextContentsAsync();
        return [.. labels.Where(label => label.Contains(':', StringComparison.Ordinal)).Select(label => TimeSpan.Parse(label[..5], System.Globalization.CultureInfo.InvariantCulture))];
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
