using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>What a person sees of a console whose database has not come yet.</summary>
[Collection(ProcessCollection.Name)]
public sealed class WaitingPageTests(BrowserFixture browser) : IAsyncLifetime
{
    // Nothing listens on the first port, and nobody but root could.
    private static readonly Dictionary<string, string> s_settings = new()
    {
        ["ConnectionStrings:LogConsole"] = "Host=127.0.0.1;Port=1;Username=u;Password=p;Database=d",
    };

    private readonly TemporaryDirectory _directory = new();
    private ConsoleProcess _console = null!;

    public async ValueTask InitializeAsync()
    {
        _console = ConsoleProcess.Start(_directory.Combine("data"), s_settings);
        await _console.WaitUntilListeningAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(ColorScheme.Dark, "rgb(15, 19, 24)", "rgb(22, 27, 34)")]
    [InlineData(ColorScheme.Light, "rgb(245, 247, 249)", "rgb(255, 255, 255)")]
    public async Task WaitingPage_LooksLikeTheConsole(ColorScheme theme, string canvas, string surface)
    {
        var page = await browser.NewPageAsync(new() { ColorScheme = theme });
        var problems = new List<string>();
        page.Console += (_, message) =>
        {
            // The page's own 503 is said aloud by the browser; a refused style or script would be too.
            if (message.Type is "error" or "warning" && !message.Text.Contains("503", StringComparison.Ordinal))
            {
                problems.Add(message.Text);
            }
        };
        await page.GotoAsync(_console.Address.ToString());

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Waiting for the database" })).ToBeVisibleAsync();
        await Expect(page.Locator("body")).ToHaveCSSAsync("background-color", canvas);
        await Expect(page.Locator(".card")).ToHaveCSSAsync("background-color", surface);
        Assert.Empty(problems);
        await page.Context.CloseAsync();
    }
}
