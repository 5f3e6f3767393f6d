using System.Net;
using System.Text.RegularExpressions;
using LogConsole.Access;
using LogConsole.Access.Auditing;
using LogConsole.Access.Users;
using LogConsole.Tests.Ingestion.Http;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Access;

/// <summary>The ingest door and a page behind mode <c>Users</c>, on a real database and a clock of the test's own.</summary>
internal sealed partial class AccessHost : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    private static readonly AuditActor s_actor = new("test", null);

    private readonly DoorHost _host;
    private readonly List<HttpClient> _browsers = [];

    private AccessHost(DoorHost host, FakeTimeProvider clock)
    {
        _host = host;
        Clock = clock;
    }

    public FakeTimeProvider Clock { get; }

    public HttpClient Client => _host.Client;

    public IServiceProvider Services => _host.Services;

    public UserDirectory Users => Services.GetRequiredService<UserDirectory>();

    public static async Task<AccessHost> StartAsync(TestDatabase database, params (string Key, string Value)[] settings)
    {
        var clock = new FakeTimeProvider();
        var all = new Dictionary<string, string?> { ["Access:Mode"] = "Users", ["Access:SignInsPerMinute"] = "1000" };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        return new AccessHost(await DoorHost.StartAsync(all, database.Database, services => services.AddSingleton<TimeProvider>(clock)), clock);
    }

    /// <summary>A user who has chosen <see cref="Password"/>.</summary>
    public async Task<UserAccount> AddUserAsync(string name, AccessRole role)
    {
        var token = (await Users.AddAsync(s_actor, name, role, TestContext.Current.CancellationToken)).Value!;
        return (await Users.RedeemAsync(token, "", Password, null, TestContext.Current.CancellationToken)).Value!;
    }

    /// <summary>A browser with cookies of its own that follows no redirects.</summary>
    public HttpClient Browser()
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Client.BaseAddress };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        _browsers.Add(browser);
        return browser;
    }

    /// <summary>Opens the form and posts it.</summary>
    public static async Task<(HttpResponseMessage Answer, string Body)> PostFormAsync(HttpClient browser, string page, params (string Name, string Value)[] fields)
    {
        var form = await browser.GetStringAsync(new Uri(page, UriKind.Relative), TestContext.Current.CancellationToken);
        var all = Hidden().Matches(form).ToDictionary(field => field.Groups["name"].Value, field => WebUtility.HtmlDecode(field.Groups["value"].Value));
        foreach (var (name, value) in fields)
        {
            all[name] = value;
        }

        using var content = new FormUrlEncodedContent(all);
        var answer = await browser.PostAsync(new Uri(page.Split('?')[0], UriKind.Relative), content, TestContext.Current.CancellationToken);
        return (answer, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static async Task<HttpStatusCode> SignInAsync(HttpClient browser, string name, string password = Password) =>
        (await PostFormAsync(browser, "/sign-in", ("name", name), ("password", password))).Answer.StatusCode;

    /// <summary>A signed-in browser.</summary>
    public async Task<HttpClient> SignedInAsync(string name)
    {
        var browser = Browser();
        Assert.Equal(HttpStatusCode.Redirect, await SignInAsync(browser, name));
        return browser;
    }

    public static async Task<HttpStatusCode> StatusOfPageAsync(HttpClient browser)
    {
        using var answer = await browser.GetAsync(new Uri("/page", UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    public async ValueTask DisposeAsync()
    {
        _browsers.ForEach(browser => browser.Dispose());
        await _host.DisposeAsync();
    }

    [GeneratedRegex("type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();
}
