using System.Net;
using LogConsole.Tests.TestSupport;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.EndToEnd;

/// <summary>Mode <c>Keys</c>: whatever is mapped, today or later, asks for a key; the list of what does not is short and stands here.</summary>
[Collection(ProcessCollection.Name)]
public sealed class EndpointAccessTests : IAsyncLifetime
{
    private static readonly string[] s_open = ["GET /alive", "GET /health", "GET /ready", "GET /sign-in", "POST /sign-in", "POST /sign-out"];

    private readonly TemporaryDirectory _directory = new();
    private WebApplicationFactory<Program> _app = null!;

    public ValueTask InitializeAsync()
    {
        _app = new WebApplicationFactory<Program>().WithWebHostBuilder(host => host
            .UseEnvironment("Production")
            .UseSetting("Storage:DataDirectory", _directory.Combine("data"))
            .UseSetting("Storage:SharedBuffersMiB", "32")
            .UseSetting("Simulator:Enabled", "false")
            .UseSetting("Access:Mode", "Keys")
            .UseSetting("Access:ApiKeys:0:Name", "reader")
            .UseSetting("Access:ApiKeys:0:Key", "reader-key-0123456789")
            .UseSetting("Access:ApiKeys:0:Scopes", "read"));
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
