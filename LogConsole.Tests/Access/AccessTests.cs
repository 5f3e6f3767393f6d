using System.Net;
using System.Net.Http.Headers;
using LogConsole.Access;
using LogConsole.Storage;
using LogConsole.Tests.Ingestion.Http;
using LogConsole.Tests.TestSupport;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Access;

public sealed class AccessTests(PostgresFixture postgres)
{
    private const string ReadKey = "read-key-0123456789";
    private const string IngestKey = "ingest-key-0123456789";
    private const string AdminKey = "admin-key-0123456789";

    private static readonly Dictionary<string, string?> s_keys = new()
    {
        ["Access:Mode"] = "Users",
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
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Access:Mode", (string?)"Open")]);
        builder.Services.AddSingleton(new Database(TimeProvider.System));
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
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DoorHost.StartAsync(s_keys, database.Database);
        host.Client.DefaultRequestHeaders.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);

        Assert.Equal(ingest, (await host.PostAsync("a", "text/plain").ReadAsync()).Status);
        using var page = await host.Client.GetAsync("/page", TestContext.Current.CancellationToken);
        Assert.Equal(read, page.StatusCode);
        if (read != HttpStatusCode.OK)
        {
            Assert.Equal("application/problem+json", page.Content.Headers.ContentType?.MediaType);
        }
    }

    [Theory]
    [InlineData(IngestKey, HttpStatusCode.OK)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    public async Task Keys_InTheHeaderOfExporters_CountLikeAnyOther(string key, HttpStatusCode expected)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DoorHost.StartAsync(s_keys, database.Database);
        host.Client.DefaultRequestHeaders.Add("x-otlp-api-key", key);

        Assert.Equal(expected, (await host.PostAsync("a", "text/plain").ReadAsync()).Status);
    }

    [Fact]
    public async Task Keys_Deliveries_CarryTheKeysName()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await DoorHost.StartAsync(s_keys, database.Database);
        host.Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", IngestKey);
        await host.PostAsync("a", "text/plain", key: "k").ReadAsync();

        var delivery = host.Taken.Single().Delivery;
        Assert.Equal(("http:shipper", "shipper"), (delivery.Source, delivery.Identity!.Owner));
    }

    [Fact]
    public void Validate_FaultyKeys_NamesEveryFaultAndNoSecret()
    {
        var options = new AccessOptions
        {
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
}
