using System.Net;
using System.Net.Http.Json;
using LogConsole.Tests.EndToEnd;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Simulator;

/// <summary><c>/api/simulator</c> on the real console.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SimulatorEndpointTests
{
    [Fact]
    public async Task Simulator_OverTheApi_IsSeenTunedFaultedStoppedAndCleared()
    {
        using var data = new TemporaryDirectory();
        await using var console = await ConsoleProcess.StartReadyAsync(
            data.Path, new Dictionary<string, string> { ["Simulator:Enabled"] = "true", ["Simulator:EventsPerSecond"] = "500" });
        await console.WaitUntilAsync(async () => (await console.GetAsync("/api/simulator")).Json.GetProperty("recordsSent").GetInt64() > 200, "streaming");

        var tuned = await SendAsync(console, HttpMethod.Put, "/api/simulator", new { eventsPerSecond = 800, errorShare = 0.05 });
        Assert.Equal((HttpStatusCode.OK, 800, 0.05), (tuned.Status, tuned.Json.GetProperty("eventsPerSecond").GetInt32(), tuned.Json.GetProperty("errorShare").GetDouble()));

        await RefusedAsync(console, HttpMethod.Put, "/api/simulator", new { eventsPerSecond = 60_000 }, "eventsPerSecond: must be a whole number from 1 to 50000");
        await RefusedAsync(console, HttpMethod.Put, "/api/simulator", new { rate = 1 }, "body: may have eventsPerSecond, errorShare, seed, and nothing else");
        await RefusedAsync(console, HttpMethod.Post, "/api/simulator/faults", new { kind = "flood" }, "kind: must be one of payment_gateway_timeouts, db_pool_exhaustion, ");
        await RefusedAsync(console, HttpMethod.Post, "/api/simulator/faults", new { kind = "silent_service", service = "web" }, "service: silent_service happens in catalog, cart, ");
        await RefusedAsync(console, HttpMethod.Post, "/api/simulator/faults", new { kind = "bad_deploy", duration = "ages" }, "duration: must be a length of time from 1 s to 1 day");
        await RefusedAsync(console, HttpMethod.Post, "/api/simulator/faults", new { kind = "bad_deploy", at = "2020-01-01T00:00:00Z" }, "at: must be a moment of the next seven days");
        await RefusedAsync(console, HttpMethod.Post, "/api/simulator/faults", new { kind = "bad_deploy", intensity = 99 }, "intensity: must be a number from 0.05 to 10");
        await RefusedAsync(console, HttpMethod.Post, "/api/simulator/faults", "bad_deploy", "body: must be a JSON object");

        var fault = await SendAsync(console, HttpMethod.Post, "/api/simulator/faults", new { kind = "bad_deploy", duration = "PT4M", intensity = 0.9, seed = 3 });
        Assert.Equal(HttpStatusCode.Created, fault.Status);
        await console.WaitUntilAsync(async () => (await console.GetAsync("/api/simulator/truth")).Json.GetArrayLength() == 1, "at fault");
        var truth = (await console.GetAsync("/api/simulator/truth?from=15m")).Json[0];
        Assert.Equal(("bad_deploy", "auth", 0.9), (truth.GetProperty("kind").GetString(), truth.GetProperty("rootService").GetString(), truth.GetProperty("intensity").GetDouble()));
        Assert.Equal(["auth", "web", "checkout", "cart", "payment", "db", "queue"], truth.GetProperty("affected").EnumerateArray().Select(name => name.GetString()));

        var stopped = await SendAsync(console, HttpMethod.Post, "/api/simulator/stop", new { });
        Assert.Equal((false, true), (stopped.Json.GetProperty("running").GetBoolean(), stopped.Json.GetProperty("demoData").GetBoolean()));
        var late = await SendAsync(console, HttpMethod.Post, "/api/simulator/faults", new { kind = "bad_deploy" });
        Assert.Equal((HttpStatusCode.Conflict, "The demo stream is stopped"), (late.Status, late.Json.GetProperty("title").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(console, HttpMethod.Post, "/api/simulator/clear", new { })).Status);
        Assert.Equal(0, (await console.GetAsync("/api/logs")).Json.GetProperty("logs").GetArrayLength());
        Assert.Equal(0, (await console.GetAsync("/api/pipeline/stats")).Json.GetProperty("queuedRecords").GetInt64());
        Assert.Equal(0, (await console.GetAsync("/api/simulator/truth")).Json.GetArrayLength());
    }

    [Fact]
    public async Task Start_SwitchedOff_IsAConflictThatNamesTheSetting()
    {
        using var data = new TemporaryDirectory();
        await using var console = await ConsoleProcess.StartReadyAsync(data.Path);

        var answer = await SendAsync(console, HttpMethod.Post, "/api/simulator/start", new { });

        Assert.Equal(HttpStatusCode.Conflict, answer.Status);
        Assert.Contains("Simulator:Enabled is false", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_ScenarioFileWithAFault_TellsFileLineAndKey()
    {
        using var data = new TemporaryDirectory();
        await File.WriteAllTextAsync(data.Combine("mine.yml"), "name: mine\nflows: {a.b: 1}\n", TestContext.Current.CancellationToken);
        await using var console = ConsoleProcess.Start(
            data.Combine("data"), new Dictionary<string, string> { ["Simulator:Enabled"] = "true", ["Simulator:Scenario"] = data.Combine("mine.yml") });

        Assert.Equal(ExitCodes.Configuration, await console.WaitForExitAsync());
        Assert.Contains("Simulator:Scenario: mine.yml(2): flows.a.b: there is no operation a.b", console.Errors, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(ConsoleProcess console, HttpMethod method, string path, object body, string reason)
    {
        var answer = await SendAsync(console, method, path, body);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith(reason, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static async Task<ConsoleAnswer> SendAsync(ConsoleProcess console, HttpMethod method, string path, object body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        return await ConsoleAnswer.ReadAsync(console.Http.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
