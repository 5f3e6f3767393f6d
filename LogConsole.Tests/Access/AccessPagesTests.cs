using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using LogConsole.Tests.EndToEnd;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.Access;

/// <summary>The real console in a real browser, from its first start: administrator, users, keys, audit, and rights that are taken away.</summary>
[Collection(ProcessCollection.Name)]
public sealed partial class AccessPagesTests(BrowserFixture browser) : IAsyncLifetime
{
    private const string Password = "correct horse battery";

    private static readonly Dictionary<string, string> s_settings = new()
    {
        ["Access:Mode"] = "Users",
        ["Access:RevalidateEvery"] = "00:00:01",
        ["Access:SignInsPerMinute"] = "100",
    };

    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _complaints = [];
    private ConsoleProcess _console = null!;

    public async ValueTask InitializeAsync() => _console = await ConsoleProcess.StartReadyAsync(_directory.Combine("data"), s_settings);

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task FirstStart_ToAdministrator_ToUsers_WhoLoseTheirPageWithTheirRights()
    {
        var admin = await FirstAdminAsync();
        await admin.GotoAsync(At("/settings"));
        var link = await AddUserAsync(admin, "vera", "Viewer");

        // Two people at once: the second one chooses a password and sees less.
        var viewer = await NewPageAsync(1440, ColorScheme.Dark);
        await viewer.GotoAsync(link);
        await FillAsync(viewer, ("password", Password), ("again", Password));
        await Expect(viewer.Locator(".topbar h1")).ToHaveTextAsync("Overview");
        await Expect(viewer.Locator(".rail-link[href=audit]")).ToHaveCountAsync(0);
        await viewer.Locator(".rail-link[href=settings]").ClickAsync();
        await Expect(viewer.Locator("#you-title")).ToBeVisibleAsync();
        await Expect(viewer.Locator("#users-title")).ToHaveCountAsync(0);
        await Expect(viewer.Locator("#keys-title")).ToHaveCountAsync(0);
        Assert.Equal(403, (await viewer.Context.APIRequest.GetAsync(At("/audit")))!.Status);
        Assert.Equal("application/problem+json", (await viewer.Context.APIRequest.GetAsync(At("/audit"))).Headers["content-type"]);
        Assert.Equal(403, (await viewer.GotoAsync(At("/audit")))!.Status);
        await Expect(viewer.Locator("#main")).ToContainTextAsync("Your role does not show this page");
        await Expect(viewer.Locator("#audit-title")).ToHaveCountAsync(0);

        // A page that is open ends with the right to see it.
        await viewer.Locator(".rail-link[href='']").ClickAsync();
        await Expect(viewer.Locator(".topbar h1")).ToHaveTextAsync("Overview");
        var row = admin.Locator("[data-user=vera]");
        await row.GetByText("Disable").ClickAsync();
        await row.GetByText("Really disable").ClickAsync();
        await Expect(row.Locator("[data-state]")).ToHaveTextAsync("disabled");
        await viewer.WaitForURLAsync(SignInUrl());
        await FillAsync(viewer, ("name", "vera"), ("password", Password));
        await Expect(viewer.Locator("#notice")).ToContainTextAsync("Name or password is wrong");

        // The administrator's goes on, and the audit tells all of it.
        await admin.Locator(".rail-link[href=audit]").ClickAsync();
        await Expect(admin.Locator("tr[data-action='user.disabled']")).ToContainTextAsync("vera");
        await Expect(admin.Locator("tr[data-action='sign-in.failed']")).ToContainTextAsync("vera");
        await admin.Locator("form select").SelectOptionAsync("user.added");
        await admin.GetByText("Filter", new() { Exact = true }).ClickAsync();
        await Expect(admin.Locator("tbody tr")).ToHaveCountAsync(2);
        Assert.EndsWith("/audit?what=user.added", admin.Url, StringComparison.Ordinal);
        await admin.Context.CloseAsync();
        await viewer.Context.CloseAsync();
    }

    [Fact]
    public async Task SignIn_WrongFiveTimes_LocksTheName()
    {
        var admin = await FirstAdminAsync();
        await admin.GotoAsync(At("/settings"));
        await admin.Locator("#main").GetByText("Sign out", new() { Exact = true }).First.ClickAsync();
        await admin.WaitForURLAsync(SignInUrl());
        for (var i = 0; i < 5; i++)
        {
            await FillAsync(admin, ("name", "root"), ("password", $"wrong {i}"));
            await Expect(admin.Locator("#notice")).ToBeVisibleAsync();
        }

        await FillAsync(admin, ("name", "root"), ("password", Password));
        await Expect(admin.Locator("#notice")).ToContainTextAsync("locked for a while");
        await admin.Context.CloseAsync();
    }

    [Fact]
    public async Task Settings_KeysZoneAndTheme_AreKept()
    {
        var page = await FirstAdminAsync();
        await page.GotoAsync(At("/settings"));
        await page.Locator("section", new() { Has = page.Locator("#keys-title") }).GetByLabel("Name").FillAsync("shipper");
        await page.GetByText("Make key").ClickAsync();
        var key = await page.Locator("[data-secret]").InnerTextAsync();
        _console.Http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await _console.IngestAsync(ConsoleRequests.Lines(1, "x"))).Status);
        Assert.Equal(System.Net.HttpStatusCode.Forbidden, await _console.StatusOfAsync("/api/logs"));

        await page.GetByLabel("Time zone").FillAsync("Asia/Kolkata");
        await page.GetByLabel("Theme").SelectOptionAsync("light");
        await page.GetByText("Save").ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await page.ReloadAsync();
        await Expect(page.Locator("[data-key=shipper]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-secret]")).ToHaveCountAsync(0);
        Assert.Equal(("light", "Asia/Kolkata"), (await page.Locator("html").GetAttributeAsync("data-theme"), await page.Locator("html").GetAttributeAsync("data-zone")));
        await Expect(page.Locator("#keys-title + .card-note")).ToContainTextAsync("times in Asia/Kolkata");
        await page.GotoAsync(At("/audit"));
        await Expect(page.Locator("#audit-title + .card-note")).ToContainTextAsync("times in Asia/Kolkata");
        await page.GotoAsync(At("/"));
        await Expect(page.Locator("[data-lines-zone]")).ToContainTextAsync("Asia/Kolkata, UTC+5:30");

        // The switch of the top bar counts in this browser, over the user's choice.
        await page.Locator("[data-theme-toggle]").ClickAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Pages_AxeFindsNothing_AndNothingIsCutOff()
    {
        var page = await FirstAdminAsync();
        await page.GotoAsync(At("/settings"));
        await AddUserAsync(page, "a-rather-long-name.of-somebody+elsewhere@example.com", "Engineer");
        await page.Locator("section", new() { Has = page.Locator("#keys-title") }).GetByLabel("Name").FillAsync("shipper");
        await page.GetByText("Make key").ClickAsync();
        await Expect(page.Locator("#key-secret")).ToBeVisibleAsync();
        foreach (var theme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            foreach (var width in new[] { 1440, 768, 390 })
            {
                await page.EmulateMediaAsync(new() { ColorScheme = theme, ReducedMotion = ReducedMotion.Reduce });
                await page.SetViewportSizeAsync(width, 900);
                await AssertCleanAsync(page, $"settings {theme} {width}");
            }
        }

        await page.GotoAsync(At("/audit"));
        await Expect(page.Locator("tbody tr").First).ToBeVisibleAsync();
        await AssertCleanAsync(page, "audit 390");
        await page.SetViewportSizeAsync(1440, 900);
        await AssertCleanAsync(page, "audit 1440");
        await page.Context.ClearCookiesAsync();
        foreach (var theme in new[] { ColorScheme.Dark, ColorScheme.Light })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            await page.GotoAsync(At("/audit"));
            await page.WaitForURLAsync(SignInUrl());
            Assert.Equal("360px", await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('main')).maxWidth"));
            await AssertCleanAsync(page, $"sign-in {theme}");
        }

        Assert.Empty(_complaints);
        await page.Context.CloseAsync();
    }

    private async Task<IPage> FirstAdminAsync()
    {
        await _console.WaitUntilAsync(() => Task.FromResult(Link().IsMatch(_console.Output)), "printing the link of the first administrator");
        var page = await NewPageAsync(1440, ColorScheme.Dark);
        await page.GotoAsync(Link().Match(_console.Output).Value);
        await FillAsync(page, ("name", "root"), ("password", Password), ("again", Password));
        await Expect(page.Locator(".topbar h1")).ToHaveTextAsync("Overview");
        return page;
    }

    private async Task<IPage> NewPageAsync(int width, ColorScheme theme)
    {
        var page = await browser.NewPageAsync(new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = 900 } });
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning" && message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase))
            {
                _complaints.Add(message.Text);
            }
        };
        return page;
    }

    private static async Task<string> AddUserAsync(IPage page, string name, string role)
    {
        var users = page.Locator("section", new() { Has = page.Locator("#users-title") });
        await users.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await users.Locator("form select").SelectOptionAsync(role);
        await users.GetByText("Add user").ClickAsync();
        await Expect(users.Locator($"[data-user='{name}'] [data-state]")).ToHaveTextAsync("invited");
        return await page.Locator("#user-link").InnerTextAsync();
    }

    private static async Task FillAsync(IPage page, params (string Field, string Value)[] fields)
    {
        foreach (var (field, value) in fields)
        {
            await page.Locator($"#{field}").FillAsync(value);
        }

        await page.Locator("button[type=submit]").ClickAsync();
    }

    private static async Task AssertCleanAsync(IPage page, string state)
    {
        var found = (await page.RunAxe()).Violations.Select(v => $"{state}: {v.Id} {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html[..Math.Min(160, n.Html.Length)]))}");
        Assert.Empty(found);
        Assert.Equal(page.ViewportSize!.Width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        if (Environment.GetEnvironmentVariable("LOGCONSOLE_SCREENSHOTS") is { Length: > 0 } folder)
        {
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, state.Replace(' ', '-') + ".png"), FullPage = true });
        }
    }

    private string At(string path) => new Uri(_console.Address, path).AbsoluteUri;

    [GeneratedRegex("/sign-in", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SignInUrl();

    [GeneratedRegex(@"http://\S+/welcome\?token=\S+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();
}
