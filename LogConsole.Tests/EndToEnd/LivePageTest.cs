using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>A real console and one page of it in a real browser.</summary>
public abstract class LivePageTest(BrowserFixture browser, IReadOnlyDictionary<string, string>? settings = null) : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private IPage? _page;

    protected ConsoleProcess Console { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Console = await ConsoleProcess.StartReadyAsync(_directory.Combine("data"), settings);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_page is not null)
        {
            await _page.Context.CloseAsync();
        }

        await Console.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Errors of the page and what it complained about on its console.</summary>
    protected List<string> Problems { get; } = [];

    /// <summary>The page, 1440 px wide, without motion; closed with the test.</summary>
    protected async Task<IPage> OpenPageAsync(string path)
    {
        var options = new BrowserNewContextOptions { TimezoneId = "Europe/Berlin", ViewportSize = new() { Width = 1440, Height = 900 }, ReducedMotion = ReducedMotion.Reduce };
        _page = await browser.NewPageAsync(options, Problems);
        await _page.GotoAsync(Console.Address + path);
        return _page;
    }

    /// <summary>kill -9 of the console, and a new one in its place; returns when it is ready, the page may still look for it.</summary>
    protected async Task KillAndStartAgainAsync(IPage page)
    {
        await Console.KillAsync();
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await using var killed = Console;
        Console = killed.StartAgain();
        await Console.WaitUntilReadyAsync();
    }
}
