using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(BrowserFixture))]

namespace LogConsole.Tests.TestSupport;

/// <summary>
/// One headless Chromium for all tests of the assembly, started when the first test asks for it. Without a browser its tests are skipped
/// with the reason, or fail where <c>CI=true</c>: there a missing browser must not look like a passed test.
/// </summary>
public sealed class BrowserFixture : IAsyncDisposable
{
    private static readonly string[] s_places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    private static readonly string[] s_arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    // Far beyond what a page takes: reaching it means that the test has failed, not that other tests keep the machine busy.
    private const int PatienceMs = 30_000;

    private readonly SemaphoreSlim _gate = new(1);
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A page in its own context (cookies, storage), closed by the caller; skips or fails the test when there is no browser.</summary>
    /// <param name="problems">Gets what the page's scripts throw and the browser complains about.</param>
    public async Task<IPage> NewPageAsync(BrowserNewContextOptions? options = null, List<string>? problems = null)
    {
        var browser = await GetBrowserAsync();
        var context = await browser.NewContextAsync(options ?? new BrowserNewContextOptions());
        context.SetDefaultTimeout(PatienceMs);
        var page = await context.NewPageAsync();
        page.PageError += (_, error) => problems?.Add(error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                problems?.Add(message.Text);
            }
        };
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.CloseAsync();
        }

        _playwright?.Dispose();
        _gate.Dispose();
    }

    private async Task<IBrowser> GetBrowserAsync()
    {
        await _gate.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            var executable = Environment.GetEnvironmentVariable("CHROMIUM") ?? s_places.FirstOrDefault(File.Exists);
            if (executable is null)
            {
                const string reason = "No Chromium: install Debian's package chromium, or name the program in CHROMIUM.";
                if (Environment.GetEnvironmentVariable("CI") == "true")
                {
                    Assert.Fail(reason);
                }

                Assert.Skip(reason);
            }

            Assertions.SetDefaultExpectTimeout(PatienceMs);
            _playwright ??= await Playwright.CreateAsync();
            return _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = executable, Args = s_arguments });
        }
        finally
        {
            _gate.Release();
        }
    }
}
