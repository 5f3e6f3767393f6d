using System.Net;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text.Json;
using LogConsole.Access;
using LogConsole.Api;
using LogConsole.Ingestion;
using LogConsole.Storage;
using LogConsole.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace LogConsole.Tests.Web;

/// <summary>What probes are told.</summary>
public sealed class HealthTests
{
    [Theory]
    [InlineData("ready", null, HttpStatusCode.OK, "healthy", HttpStatusCode.OK)]
    [InlineData("ready", "the disk is nearly full", HttpStatusCode.ServiceUnavailable, "degraded", HttpStatusCode.OK)]
    [InlineData("away", null, HttpStatusCode.ServiceUnavailable, "degraded", HttpStatusCode.ServiceUnavailable)]
    [InlineData("starting", null, HttpStatusCode.ServiceUnavailable, "starting", HttpStatusCode.ServiceUnavailable)]
    public async Task Health_TellsWhetherAllWorks_AndReadyWhetherItAnswers(string condition, string? held, HttpStatusCode health, string word, HttpStatusCode ready)
    {
        await using var database = new Database(TimeProvider.System);
        if (condition != "starting")
        {
            database.Open(NpgsqlDataSource.Create("Host=127.0.0.1;Port=1"));
        }

        if (condition == "away")
        {
            database.ReportAway("it is gone");
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorization(AccessPolicies.AddTo);
        builder.Services.AddSingleton(database).AddSingleton(TimeProvider.System).AddSingleton(new ProcessStart(TimeProvider.System.GetUtcNow()))
            .AddSingleton(new HealthFigures(_ => Task.FromResult<IReadOnlyDictionary<string, double?>>(new Dictionary<string, double?>()), () => held));
        await using var app = builder.Build();
        app.MapHealth();
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = app.GetTestClient();

        using var answer = await client.GetAsync("/health", TestContext.Current.CancellationToken);
        var told = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal((health, word), (answer.StatusCode, told.GetProperty("status").GetString()));
        Assert.Single(told.EnumerateObject()); // nothing else for those who may not read
        Assert.Equal(ready, (await client.GetAsync("/ready", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public void Held_IsWhatHoldsIngest()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddApi();
        builder.Services.AddSingleton<IngestGate>();

        // The figures themselves come of all the rooms, and are not asked for here.
        builder.Services.AddSingleton((CurrentFigures)RuntimeHelpers.GetUninitializedObject(typeof(CurrentFigures)));
        using var services = builder.Services.BuildServiceProvider();
        var figures = services.GetRequiredService<HealthFigures>();
        Assert.Null(figures.Held());

        services.GetRequiredService<IngestGate>().Hold("disk", "the disk is nearly full");

        Assert.Equal("the disk is nearly full", figures.Held());
    }
}
