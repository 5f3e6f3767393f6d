using System.Net;
using System.Net.Http.Headers;
using LogConsole.Access;
using LogConsole.Access.Auditing;
using LogConsole.Access.Keys;
using LogConsole.Access.Users;
using LogConsole.Tests.Access;
using LogConsole.Tests.TestSupport;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.EndToEnd;

/// <summary>Mode <c>Users</c>: whatever is mapped, today or later, asks who it is and what one may; the list of what does not is short and stands here.</summary>
[Collection(ProcessCollection.Name)]
public sealed class EndpointAccessTests : IAsyncLifetime
{
    private static readonly string[] s_open = ["GET /alive", "GET /health", "GET /ready", "GET /sign-in", "GET /welcome", "POST /sign-in", "POST /sign-out", "POST /welcome"];

    private static readonly AuditActor s_actor = new("test", null);

    private readonly TemporaryDirectory _directory = new();
    private WebApplicationFactory<Program> _app = null!;

    public ValueTask InitializeAsync()
    {
        _app = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .UseEnvironment("Production")
            .UseSetting("Storage:DataDirectory", _directory.Combine("data"))
            .UseSetting("Storage:SharedBuffersMiB", "32")
            .UseSetting("Simulator:Enabled", "false")
            .UseSetting("Access:SignInsPerMinute", "1000"));
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task EveryEndpointButTheNamedOnes_RefusesWithoutAKey()
    {
        using var client = _app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        await client.WaitUntilReadyAsync();
        var endpoints = _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        Assert.Contains(endpoints, endpoint => endpoint.RoutePattern.RawText == "/api/ingest");
        Assert.Contains(endpoints, endpoint => endpoint.RoutePattern.RawText == "/api/logs");

        var declared = new SortedSet<string>(StringComparer.Ordinal);
        var open = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints)
        {
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
            foreach (var method in methods.Count == 0 ? ["GET", "POST"] : methods)
            {
                var name = $"{method} {endpoint.RoutePattern.RawText}";
                if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                {
                    declared.Add(name);
                }

                using var request = new HttpRequestMessage(new HttpMethod(method), PathOf(endpoint.RoutePattern));
                using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
                if (answer.StatusCode is not HttpStatusCode.Unauthorized)
                {
                    open.Add(name);
                }
            }
        }

        Assert.Equal(s_open, declared);
        Assert.Equal(s_open, open);
    }

    /// <summary>Roles and keys against every endpoint: what its policy says is what happens, and the policies are those expected.</summary>
    [Fact]
    public async Task EveryEndpoint_LetsInWhoeverItsPolicyNames_AndNobodyElse()
    {
        using var probe = _app.CreateClient();
        await probe.WaitUntilReadyAsync();
        var callers = new List<(string Name, string[] Scopes, HttpClient Client)>();
        foreach (var role in AccessRoles.All)
        {
            callers.Add((role.ToString(), [.. AccessRoles.ScopesOf(role)], await SignedInAsync(role)));
        }

        foreach (var scope in AccessScopes.All)
        {
            callers.Add(($"key {scope}", [scope], await WithKeyAsync(scope)));
        }

        var wrong = new List<string>();
        var asked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            {
                continue;
            }

            var needed = endpoint.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy ?? AccessPolicies.Read).DefaultIfEmpty(AccessPolicies.Read).ToList();
            asked.UnionWith(needed);
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
            {
                foreach (var (name, scopes, client) in callers)
                {
                    var allowed = needed.TrueForAll(policy => scopes.Contains(AccessScopes.Admin) || scopes.Contains(policy.Split(':')[1]));
                    using var request = new HttpRequestMessage(new HttpMethod(method), PathOf(endpoint.RoutePattern));
                    using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
                    var refused = answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized;
                    if (refused == allowed)
                    {
                        wrong.Add($"{name}: {method} {endpoint.RoutePattern.RawText} ({string.Join(", ", needed)}) answered {(int)answer.StatusCode}");
                    }
                }
            }
        }

        callers.ForEach(caller => caller.Client.Dispose());
        Assert.Empty(wrong);
        Assert.Empty(new[] { AccessPolicies.Read, AccessPolicies.Ingest, AccessPolicies.Admin }.Except(asked));
        Assert.Empty(asked.Except([AccessPolicies.Read, AccessPolicies.Ingest, AccessPolicies.Triage, AccessPolicies.Admin]));
    }

    /// <summary>A misspelt filter that is passed over shows wrong numbers: no endpoint may forget to look for one.</summary>
    [Fact]
    public async Task EveryReadingEndpoint_AskedForAParameterItHasNot_SaysSo()
    {
        using var probe = _app.CreateClient();
        await probe.WaitUntilReadyAsync();
        using var admin = await SignedInAsync(AccessRole.Admin);
        var reading = _app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.TrimStart('/').StartsWith("api/", StringComparison.Ordinal) == true
                && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") == true)
            .Select(endpoint => PathOf(endpoint.RoutePattern)).ToList();
        Assert.Superset(new HashSet<string> { "/api/incidents", "/api/logs/1", "/api/metrics", "/api/simulator" }, reading.ToHashSet());

        var wrong = new List<string>();
        foreach (var path in reading)
        {
            using var answer = await admin.GetAsync(new Uri($"{path}?nosuchparameter=1", UriKind.Relative), TestContext.Current.CancellationToken);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            if (answer.StatusCode != HttpStatusCode.BadRequest || answer.Content.Headers.ContentType?.MediaType != "application/problem+json"
                || !body.Contains("nosuchparameter: there is no such parameter", StringComparison.Ordinal))
            {
                wrong.Add($"{path} answered {(int)answer.StatusCode}: {body}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Page_AskedByABrowserWithoutSignIn_LeadsToTheForm_AndThatNeedsNothingElse()
    {
        using var browser = _app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        await browser.WaitUntilReadyAsync();
        browser.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        using var page = await browser.GetAsync(new Uri("/?range=5m", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in?returnUrl=%2F%3Frange%3D5m"), (page.StatusCode, page.Headers.Location!.PathAndQuery));
        var form = await browser.GetStringAsync(page.Headers.Location, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<script", form, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<link", form.Replace("<link rel=\"icon\" href=\"data:,\">", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<HttpClient> SignedInAsync(AccessRole role)
    {
        var users = _app.Services.GetRequiredService<UserDirectory>();
        var token = (await users.AddAsync(s_actor, role.ToString(), role, TestContext.Current.CancellationToken)).Value!;
        await users.RedeemAsync(token, "", AccessHost.Password, null, TestContext.Current.CancellationToken);
        var client = _app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        Assert.Equal(HttpStatusCode.Redirect, await AccessHost.SignInAsync(client, role.ToString()));
        return client;
    }

    private async Task<HttpClient> WithKeyAsync(string scope)
    {
        var key = (await _app.Services.GetRequiredService<ApiKeyDirectory>().AddAsync(
            s_actor, scope, [scope], null, TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken)).Value!;
        var client = _app.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    // Any value does: who may not come in is told so before anybody looks at it.
    private static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        _ => "1",
    }))));
}

file static class ClientExtensions
{
    public static async Task WaitUntilReadyAsync(this HttpClient client)
    {
        while (true)
        {
            using var answer = await client.GetAsync(new Uri("/ready", UriKind.Relative), TestContext.Current.CancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
