using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using LogConsole.Access;
using LogConsole.Tests.Ingestion.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;

namespace LogConsole.Tests.Access;

public sealed partial class AccessTests
{
    private const string ReadKey = "read-key-0123456789";
    private const string IngestKey = "ingest-key-0123456789";
    private const string AdminKey = "admin-key-0123456789";

    private static readonly Dictionary<string, string?> s_keys = new()
    {
        ["Access:Mode"] = "Keys",
        ["Access:ApiKeys:0:Name"] = "reader",
        ["Access:ApiKeys:0:Key"] = ReadKey,
        ["Access:ApiKeys:0:Scopes"] = "read",
        ["Access:ApiKeys:1:Name"] = "shipper",
        ["Access:ApiKeys:1:Key"] = IngestKey,
        ["Access:ApiKeys:1:Scopes"] = "ingest",
        ["Access:ApiKeys:2:Name"] = "boss",
        ["Access:ApiKeys:2:Key"] = AdminKey,
        ["Access:ApiKeys:2:Scopes"] = "admin",
    };

    [Theory]
    [InlineData(null, null, HttpStatusCode.OK)]
    [InlineData("localhost", null, HttpStatusCode.OK)]
    [InlineData("[::1]", null, HttpStatusCode.OK)]
    [InlineData("evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("localhost", "http://localhost", HttpStatusCode.OK)]
    [InlineData("localhost", "https://localhost", HttpStatusCode.Forbidden)]
    [InlineData("localhost", "http://localhost:1", HttpStatusCode.Forbidden)]
    [InlineData("localhost", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost", "null", HttpStatusCode.Forbidden)]
    public async Task Open_HostAndOrigin_MustBeOurs(string? hostName, string? origin, HttpStatusCode expected)
    {
        await using var host = await DoorHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/page");
        request.Headers.Host = hostName;
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("frame-ancestors 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("script-src 'self' 'unsafe-inline'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("urls", "http://0.0.0.0:5080", true)]
    [InlineData("urls", "http://127.0.0.1:5080;http://*:5081", true)]
    [InlineData("urls", "http://example.com:80", true)]
    [InlineData("urls", "http://127.0.0.1:5080;http://[::1]:5080;http://localhost:1", false)]
    [InlineData("http_ports", "8080", true)]
    [InlineData("Kestrel:Endpoints:A:Url", "http://10.0.0.1:80", true)]
    public async Task Open_UrlOfOthers_RefusesToStart(string key, string value, bool refuses)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]);
        builder.AddAccess();
        await using var app = builder.Build();

        var exception = Record.Exception(() => app.UseAccess());

        Assert.Equal(refuses, exception is StartupException { ExitCode: ExitCodes.Configuration });
        Assert.Equal(refuses, exception is not null);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData("wrong-key-0123456789", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData(ReadKey, HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    [InlineData(IngestKey, HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData(AdminKey, HttpStatusCode.OK, HttpStatusCode.OK)]
    public async Task Keys_Scopes_OpenWhatTheyNameAndNothingElse(string? key, HttpStatusCode ingest, HttpStatusCode read)
    {
        await using var host = await DoorHost.StartAsync(s_keys);
        host.Client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);

        Assert.Equal(ingest, (await host.PostAsync("a", "text/plain").ReadAsync()).Status);
        using var page = await host.Client.GetAsync("/page", TestContext.Current.CancellationToken);
        Assert.Equal(read, page.StatusCode);
        if (read != HttpStatusCode.OK)
        {
            Assert.Equal("application/problem+json", page.Content.Headers.ContentType?.MediaType);
        }
    }

    [Fact]
    public async Task Keys_Deliveries_CarryTheKeysName()
    {
        await using var host = await DoorHost.StartAsync(s_keys);
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", IngestKey);
        await host.PostAsync("a", "text/plain", key: "k").ReadAsync();

        var delivery = host.Taken.Single().Delivery;
        Assert.Equal(("http:shipper", "shipper"), (delivery.Source, delivery.Identity!.Owner));
    }

    [Fact]
    public async Task Keys_Browser_SignsInAndComesBack()
    {
        await using var host = await DoorHost.StartAsync(s_keys);
        using var browser = BrowserOf(host);

        using var turnedAway = await browser.GetAsync("/page?x=1", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in"), (turnedAway.StatusCode, turnedAway.Headers.Location!.AbsolutePath));
        using var signedIn = await SignInAsync(browser, turnedAway.Headers.Location.PathAndQuery, ReadKey);
        Assert.Equal((HttpStatusCode.Redirect, "/page?x=1"), (signedIn.StatusCode, signedIn.Headers.Location!.OriginalString));
        Assert.Equal("a page", await browser.GetStringAsync("/page", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("same", HttpStatusCode.OK)]
    [InlineData("http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    public async Task Keys_CookieFromAnotherOrigin_IsRefused(string? origin, HttpStatusCode expected)
    {
        await using var host = await DoorHost.StartAsync(s_keys);
        using var browser = BrowserOf(host);
        using var signedIn = await SignInAsync(browser, "/sign-in", AdminKey);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ingest") { Content = new StringContent("a") };
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin == "same" ? $"https://{host.Client.BaseAddress!.Authority}" : origin);
        }

        using var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Keys_SignOut_EndsTheSession()
    {
        await using var host = await DoorHost.StartAsync(s_keys);
        using var browser = BrowserOf(host);
        using var signedIn = await SignInAsync(browser, "/sign-in", ReadKey);
        Assert.Equal("a page", await browser.GetStringAsync("/page", TestContext.Current.CancellationToken));

        using var signedOut = await browser.PostAsync("/sign-out", null, TestContext.Current.CancellationToken);
        using var page = await browser.GetAsync("/page", TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Redirect), (signedOut.StatusCode, page.StatusCode));
    }

    [Theory]
    [InlineData(IngestKey, "/sign-in", HttpStatusCode.Unauthorized)]
    [InlineData("<script>alert(1)</script>", "/sign-in", HttpStatusCode.Unauthorized)]
    public async Task Keys_SignInWithAKeyThatMayNotRead_ShowsTheFormAgain(string key, string path, HttpStatusCode expected)
    {
        await using var host = await DoorHost.StartAsync(s_keys);
        using var browser = BrowserOf(host);

        using var answer = await SignInAsync(browser, path, key);

        Assert.Equal(expected, answer.StatusCode);
        Assert.DoesNotContain(key, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    public async Task Keys_ReturnUrlElsewhere_LeadsHome(string returnUrl)
    {
        await using var host = await DoorHost.StartAsync(s_keys);
        using var browser = BrowserOf(host);

        using var signedIn = await SignInAsync(browser, "/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl), ReadKey);

        Assert.Equal("/", signedIn.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Keys_SignInWithoutToken_IsRefusedAndGuessingIsLimited()
    {
        await using var host = await DoorHost.StartAsync(s_keys);
        using var browser = BrowserOf(host);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 12; i++)
        {
            using var form = new FormUrlEncodedContent([KeyValuePair.Create("key", ReadKey)]);
            using var answer = await browser.PostAsync("/sign-in", form, TestContext.Current.CancellationToken);
            statuses.Add(answer.StatusCode);
        }

        Assert.Equal(HttpStatusCode.BadRequest, statuses[0]);
        Assert.Equal(HttpStatusCode.TooManyRequests, statuses[^1]);
    }

    [Fact]
    public void Validate_FaultyKeys_NamesEveryFaultAndNoSecret()
    {
        var options = new AccessOptions
        {
            Mode = AccessMode.Keys,
            ApiKeys =
            [
                new ApiKeyOptions { Name = "a b", Key = "short", Scopes = "fly" },
                new ApiKeyOptions { Name = "x", Key = ReadKey, Scopes = "read" },
                new ApiKeyOptions { Name = "x", Key = ReadKey, Scopes = "read,admin" },
            ],
        };

        var failures = new AccessOptionsValidator().Validate(null, options).Failures!.ToList();

        Assert.Equal(
            ["Access:ApiKeys:0:Name", "Access:ApiKeys:0:Key", "Access:ApiKeys:0:Scopes", "Access:ApiKeys:2:Name", "Access:ApiKeys:2:Key"],
            failures.Select(failure => failure.Split(' ')[0]));
        Assert.DoesNotContain(failures, failure => failure.Contains(ReadKey, StringComparison.Ordinal));
    }

    private static HttpClient BrowserOf(DoorHost host)
    {
        var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Client.BaseAddress };
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        return browser;
    }

    private static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string path, string key)
    {
        var page = await browser.GetStringAsync(path, TestContext.Current.CancellationToken);
        using var form = new FormUrlEncodedContent(
            Hidden().Matches(page).Select(field => KeyValuePair.Create(field.Groups["name"].Value, WebUtility.HtmlDecode(field.Groups["value"].Value))).Append(KeyValuePair.Create("key", key)));
        return await browser.PostAsync("/sign-in", form, TestContext.Current.CancellationToken);
    }

    [GeneratedRegex("type=\"hidden\" name=\"(?<name>[^\"]*)\" value=\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Hidden();
}
