using System.Net;
using System.Net.Http.Json;
using System.Text;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Ingestion.Http;

/// <summary>The door while records cannot be taken: senders are told when to come back, and nothing is kept half.</summary>
public sealed class HeldIngestTests
{
    private const string TwoLines = "{\"ts\":\"2026-11-20T10:00:00Z\",\"msg\":\"a\"}\n{\"ts\":\"2026-11-20T10:00:01Z\",\"msg\":\"b\"}";

    [Fact]
    public async Task Post_QueueStaysFull_Is429WithRetryAfter()
    {
        await using var host = await DoorHost.StartAsync(
            new Dictionary<string, string?> { ["Ingestion:QueueRecords"] = "1000", ["Ingestion:QueuePatience"] = "00:00:00" }, consume: false);
        var filler = host.PostAsync(string.Concat(Enumerable.Repeat("x\n", 1000)), "text/plain");
        Assert.True(await host.Queue.WaitToTakeAsync(TestContext.Current.CancellationToken));

        using var response = await host.PostAsync(TwoLines + "\nbroken");

        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (response.StatusCode, response.Headers.RetryAfter?.ToString()));
        var problem = await response.Content.ReadFromJsonAsync<Dictionary<string, object>>(TestContext.Current.CancellationToken);
        Assert.Equal(("https://tools.ietf.org/html/rfc6585#section-4", "queue_full"), (problem!["type"].ToString(), problem["reason"].ToString()));
        Assert.NotEmpty(problem["traceId"].ToString()!);
        Assert.Empty(Assert.Single(host.Counters.Snapshot()).Rejected);
        Assert.True(host.Queue.TryTake(out var delivery));
        host.Settle(delivery, host.Outcome(delivery));
        Assert.Equal(HttpStatusCode.OK, (await filler.ReadAsync()).Status);
    }

    [Fact]
    public async Task Post_DatabaseAway_Is503WithRetryAfter()
    {
        await using var host = await DoorHost.StartAsync();
        host.Database.ReportAway("it restarts");

        using var response = await host.PostAsync(TwoLines);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (response.StatusCode, response.Headers.RetryAfter?.ToString()));
        Assert.Equal(1, Assert.Single(host.Counters.Snapshot()).Refused["database_away"]);
    }

    [Fact]
    public async Task Post_WhileIngestIsPaused_SaysWhyAndWhenToComeBack()
    {
        await using var host = await DoorHost.StartAsync();
        host.Gate.Hold("disk", "ingest is paused: only 4.0 % of the disk is free");

        using var content = new StringContent("""{"message":"x"}""", Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("/api/ingest", content, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (response.StatusCode, response.Headers.RetryAfter?.ToString()));
        Assert.Contains("only 4.0 % of the disk", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        host.Gate.Release("disk");
        using var again = await host.Client.PostAsync("/api/ingest", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Theory]
    [InlineData("k", TwoLines, "a retry with the same Idempotency-Key is safe")]
    [InlineData(null, """{"ts":"2026-11-20T10:00:00Z","msg":"a"}""", "a retry with the same body is recognised for an hour")]
    [InlineData(null, """{"msg":"a"}""", "a retry may store them twice")]
    public async Task Post_NotSettledInTime_SaysWhatARetryDoes(string? key, string body, string expected)
    {
        var clock = new FakeTimeProvider();
        await using var host = await DoorHost.StartAsync(configure: services => services.AddSingleton<TimeProvider>(clock));
        host.Hold = true;
        var answer = host.PostAsync(body, key: key);
        var delivery = await host.TakenAsync();
        while (!answer.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        Assert.Contains(expected, (await answer.ReadAsync()).Body, StringComparison.Ordinal);
        host.Settle(delivery, host.Outcome(delivery));
    }

    [Fact]
    public async Task Post_NotSettledInTime_Is503AndARetryFindsTheFirst()
    {
        var clock = new FakeTimeProvider();
        await using var host = await DoorHost.StartAsync(configure: services => services.AddSingleton<TimeProvider>(clock));
        host.Hold = true;
        var first = host.PostAsync(TwoLines, key: "k");
        var delivery = await host.TakenAsync();
        clock.Advance(TimeSpan.FromSeconds(30));
        while (!first.IsCompleted)
        {
            // The door's timer may be set only after the consumer saw the delivery.
            clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        var (status, problem) = await first.ReadAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("a retry with the same Idempotency-Key is safe", problem, StringComparison.Ordinal);

        host.Settle(delivery, host.Outcome(delivery));
        Assert.StartsWith("""{"accepted":0,"duplicates":2""", (await host.PostAsync(TwoLines, key: "k").ReadAsync()).Body, StringComparison.Ordinal);
        Assert.Single(host.Taken);
    }
}
