using System.Net;
using System.Net.Http.Headers;
using LogConsole.Access.Auditing;
using LogConsole.Access.Keys;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Access;

public sealed class ApiKeyTests(PostgresFixture postgres)
{
    private static readonly AuditActor s_admin = new("admin", "127.0.0.1");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Key_WorksWithItsScopes_UntilItIsRevoked()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var keys = host.Services.GetRequiredService<ApiKeyDirectory>();
        var key = await AddAsync(host, "reader", ["read"]);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, key, HttpMethod.Get, "/page"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(host, key, HttpMethod.Post, "/api/ingest"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, key[..^1] + (key[^1] == 'x' ? 'y' : 'x'), HttpMethod.Get, "/page"));
        Assert.Null(await keys.RevokeAsync(s_admin, "reader", Cancellation));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, key, HttpMethod.Get, "/page"));
    }

    [Fact]
    public async Task Key_RevokedOrMadeElsewhere_CountsHereWithinSeconds()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var here = await AccessHost.StartAsync(database);
        await using var elsewhere = await AccessHost.StartAsync(database);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(here, ApiKeySecret.Make(), HttpMethod.Get, "/page"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/page") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", ApiKeySecret.Make()) } };
        using var refused = await here.Client.SendAsync(request, Cancellation);
        Assert.Contains("unknown, expired or revoked", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        var key = await AddAsync(elsewhere, "reader", ["read"]);
        here.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(here, key, HttpMethod.Get, "/page"));

        await elsewhere.Services.GetRequiredService<ApiKeyDirectory>().RevokeAsync(s_admin, "reader", Cancellation);
        here.Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(here, key, HttpMethod.Get, "/page"));
    }

    [Fact]
    public async Task Key_WithAnEnd_EndsToTheSecond()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var key = await AddAsync(host, "reader", ["read"], host.Clock.GetUtcNow().AddSeconds(3));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, key, HttpMethod.Get, "/page"));
        host.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(host, key, HttpMethod.Get, "/page"));
    }

    [Fact]
    public async Task Key_LastUse_IsTakenOnceAndKeepsTheNewest()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var keys = host.Services.GetRequiredService<ApiKeys>();
        var store = host.Services.GetRequiredService<ApiKeyStore>();
        var key = await AddAsync(host, "reader", ["read"]);
        var used = host.Clock.GetUtcNow();
        for (var i = 0; i < 3; i++)
        {
            await StatusAsync(host, key, HttpMethod.Get, "/page");
        }

        Assert.Null((await store.ListAsync(Cancellation)).Single().LastUsedAt);
        var uses = keys.TakeUses();
        await store.NoteUseAsync(uses, Cancellation);
        await store.NoteUseAsync([KeyValuePair.Create(uses[0].Key, used.AddDays(-1))], Cancellation);
        Assert.Equal(used, (await store.ListAsync(Cancellation)).Single().LastUsedAt);
        Assert.Empty(keys.TakeUses());
    }

    [Fact]
    public async Task Key_IsStoredAsItsHash_AndTheDatabaseGoingAwayDoesNotStopIt()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(database);
        var key = await AddAsync(host, "reader", ["read"]);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, key, HttpMethod.Get, "/page"));
        Assert.Equal(0, await database.ScalarAsync<long>($"select count(*) from api_keys k, audit_events a where k::text like '%{key[12..]}%' or a::text like '%{key[12..]}%'"));

        await database.ExecuteAsync("alter table api_keys rename to api_keys_gone");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, key, HttpMethod.Get, "/page"));
    }

    [Theory]
    [InlineData("a b", "read", "The name must")]
    [InlineData("local", "read", "The name must")]
    [InlineData("ok", "", "Scopes must")]
    [InlineData("ok", "fly", "Scopes must")]
    [InlineData("configured", "read", "There is a key")]
    [InlineData("taken", "read", "There is a key")]
    public async Task Key_ThatBreaksARule_IsRefusedInASentence(string name, string scopes, string expected)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var host = await AccessHost.StartAsync(
            database, ("Access:ApiKeys:0:Name", "configured"), ("Access:ApiKeys:0:Key", "0123456789abcdef"), ("Access:ApiKeys:0:Scopes", "read"));
        await AddAsync(host, "taken", ["read"]);

        var outcome = await host.Services.GetRequiredService<ApiKeyDirectory>().AddAsync(
            s_admin, name, LogConsole.Access.AccessScopes.Parse(scopes), null, host.Clock.GetUtcNow(), Cancellation);

        Assert.Null(outcome.Value);
        Assert.StartsWith(expected, outcome.Fault, StringComparison.Ordinal);
    }

    private static async Task<string> AddAsync(AccessHost host, string name, string[] scopes, DateTimeOffset? expiresAt = null) =>
        (await host.Services.GetRequiredService<ApiKeyDirectory>().AddAsync(s_admin, name, scopes, expiresAt, host.Clock.GetUtcNow(), Cancellation)).Value!;

    private static async Task<HttpStatusCode> StatusAsync(AccessHost host, string key, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await host.Client.SendAsync(request, Cancellation);
        return answer.StatusCode;
    }
}
