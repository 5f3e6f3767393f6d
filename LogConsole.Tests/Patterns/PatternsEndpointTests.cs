using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using LogConsole.Patterns;
using LogConsole.Tests.TestSupport;
using LogConsole.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Patterns;

public sealed class PatternsEndpointTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_Patterns_AnswersInTheSharedShape()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("""
            insert into services (name, demo, created_at) values ('shop', false, now());
            insert into templates (service_id, text, miner_state, count, first_seen, last_seen, created_at)
            values (1, 'order <*> placed', '1 0 order \n placed', 7, '2026-11-20T10:00:00Z', '2026-11-20T11:00:00Z', now())
            """);
        await using var app = await StartAsync(database);
        var json = await app.GetTestClient().GetStringAsync("/api/patterns?min_count=2&service=shop&q=ORDER&limit=10", Cancellation);
        Assert.Equal(
            """{"patterns":[{"id":"1","service":"shop","template":"order <*> placed","count":7,"firstSeen":"2026-11-20T10:00:00+00:00","lastSeen":"2026-11-20T11:00:00+00:00"}],"nextCursor":null}""",
            json);
    }

    [Theory]
    [InlineData("min_count=-1", "min_count")]
    [InlineData("minCount=x", "minCount")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=%00", "to")]
    [InlineData("q=a%00b", "q")]
    [InlineData("cursor=!!", "cursor")]
    [InlineData("cursor=MTI", "cursor")]
    public async Task Get_Unreadable_NamesTheParameter(string query, string parameter)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var app = await StartAsync(database);
        var response = await app.GetTestClient().GetAsync($"/api/patterns?{query}", Cancellation);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.StartsWith($"{parameter}: ", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddPatterns_OptionsOutOfRange_AreAllNamed()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["Patterns:Depth"] = "2";
        builder.Configuration["Patterns:SimilarityThreshold"] = "7";
        builder.AddPatterns();
        await using var app = builder.Build();
        var fault = Assert.Throws<StartupException>(() => OptionsFaults.ThrowIfAny(app.Services));
        Assert.Contains("Patterns:Depth", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Patterns:SimilarityThreshold", fault.Message, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> StartAsync(TestDatabase database)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(database.Database);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddPatterns();
        var app = builder.Build();
        app.MapGroup("/api").WithFaults().MapPatterns();
        await app.StartAsync(Cancellation);
        return app;
    }
}
