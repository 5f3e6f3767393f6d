using System.Net;
using LogConsole.Ingestion;

namespace LogConsole.Tests.Ingestion.Http;

/// <summary>The same request again, with a key and without: stored once, and told so.</summary>
public sealed class RepeatedRequestTests
{
    private const string TwoLines = "{\"ts\":\"2026-11-20T10:00:00Z\",\"msg\":\"a\"}\n{\"ts\":\"2026-11-20T10:00:01Z\",\"msg\":\"b\"}";

    [Fact]
    public async Task Post_SameKeyAgain_IsADuplicate()
    {
        await using var host = await DoorHost.StartAsync();

        Assert.StartsWith("""{"accepted":2,"duplicates":0""", (await host.PostAsync(TwoLines, key: "k").ReadAsync()).Body, StringComparison.Ordinal);
        Assert.StartsWith("""{"accepted":0,"duplicates":2""", (await host.PostAsync(TwoLines, key: "k").ReadAsync()).Body, StringComparison.Ordinal);
        Assert.StartsWith("""{"accepted":2,"duplicates":0""", (await host.PostAsync(TwoLines, key: "k2").ReadAsync()).Body, StringComparison.Ordinal);

        var counts = Assert.Single(host.Counters.Snapshot());
        Assert.Equal(("http", 4L, 2L), (counts.Door, counts.Accepted, counts.Duplicates));
    }

    [Theory]
    [InlineData(TwoLines + "\n{\"msg\":\"c\"}", "")]
    [InlineData(TwoLines, "?service=other")]
    public async Task Post_SameKeyOtherBody_Is422(string body, string query)
    {
        await using var host = await DoorHost.StartAsync();
        await host.PostAsync(TwoLines, key: "k").ReadAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await host.PostAsync(body, key: "k", query: query).ReadAsync()).Status);
        Assert.Single(host.Taken);
    }

    [Theory]
    [InlineData("application/x-ndjson", "application/json", HttpStatusCode.OK)]
    [InlineData("application/x-ndjson", null, HttpStatusCode.OK)]
    [InlineData("application/json; charset=utf-8", "application/jsonl", HttpStatusCode.OK)]
    [InlineData("application/x-ndjson", "text/plain", HttpStatusCode.UnprocessableEntity)]
    [InlineData(null, "text/plain", HttpStatusCode.UnprocessableEntity)]
    public async Task Post_SameKeyAndBytesUnderAnotherContentType_IsADuplicateWhenReadTheSame(string? first, string? second, HttpStatusCode expected)
    {
        await using var host = await DoorHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(TwoLines, first, key: "k").ReadAsync()).Status);

        var (status, body) = await host.PostAsync(TwoLines, second, key: "k").ReadAsync();

        Assert.Equal(expected, status);
        Assert.Contains(expected == HttpStatusCode.OK ? "\"duplicates\":2" : "\"records\":2", body, StringComparison.Ordinal);
        Assert.Single(host.Taken);
    }

    [Fact]
    public async Task Post_SameKeyWhileTheFirstIsInFlight_WaitsForItsOutcome()
    {
        await using var host = await DoorHost.StartAsync();
        host.Hold = true;
        var first = host.PostAsync(TwoLines, key: "k");
        var delivery = await host.TakenAsync();

        var repeat = host.PostAsync(TwoLines, key: "k");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await host.PostAsync("{\"msg\":\"x\"}", key: "k").ReadAsync()).Status);
        Assert.False(repeat.IsCompleted);
        host.Settle(delivery, host.Outcome(delivery));

        Assert.StartsWith("""{"accepted":2""", (await first.ReadAsync()).Body, StringComparison.Ordinal);
        Assert.StartsWith("""{"accepted":0,"duplicates":2""", (await repeat.ReadAsync()).Body, StringComparison.Ordinal);
        Assert.Single(host.Taken);
    }

    [Fact]
    public async Task Post_RepeatOfOneThatWasAbandoned_IsTriedAgain()
    {
        await using var host = await DoorHost.StartAsync();
        host.Hold = true;
        var first = host.PostAsync(TwoLines, key: "k");
        var delivery = await host.TakenAsync();
        var repeat = host.PostAsync(TwoLines, key: "k");
        host.Hold = false;
        host.Settle(delivery, DeliveryOutcome.Abandoned);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await first.ReadAsync()).Status);
        Assert.StartsWith("""{"accepted":2""", (await repeat.ReadAsync()).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_AnotherInstanceWasFirst_IsADuplicateOr422()
    {
        await using var host = await DoorHost.StartAsync();
        host.Outcome = delivery =>
        {
            host.Identities.Known[("local", "same")] = new KnownRequest(delivery.Identity!.BodyHash, 2);
            host.Identities.Known[("local", "other")] = new KnownRequest(new byte[32], 9);
            return DeliveryOutcome.Duplicate(2);
        };

        Assert.StartsWith("""{"accepted":0,"duplicates":2""", (await host.PostAsync(TwoLines, key: "same").ReadAsync()).Body, StringComparison.Ordinal);
        host.Identities.Known.Clear();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await host.PostAsync(TwoLines, key: "other").ReadAsync()).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tab\there")]
    [InlineData("201")]
    public async Task Post_BadKey_Is400(string key)
    {
        await using var host = await DoorHost.StartAsync();
        Assert.Equal(HttpStatusCode.BadRequest, (await host.PostAsync(TwoLines, key: key == "201" ? new string('k', 201) : key).ReadAsync()).Status);
    }

    [Fact]
    public async Task Post_WithoutKey_IdenticalTimestampedBodyIsRecognisedForAnHour()
    {
        await using var host = await DoorHost.StartAsync();
        await host.PostAsync(TwoLines).ReadAsync();

        Assert.StartsWith("""{"accepted":0,"duplicates":2""", (await host.PostAsync(TwoLines).ReadAsync()).Body, StringComparison.Ordinal);
        Assert.StartsWith("""{"accepted":2,"duplicates":0""", (await host.PostAsync(TwoLines, query: "?service=other").ReadAsync()).Body, StringComparison.Ordinal);
        var identity = host.Taken.First().Delivery.Identity!;
        Assert.Equal((true, TimeSpan.FromHours(1)), (identity.Key.StartsWith("sha256:", StringComparison.Ordinal), identity.Lifetime));
    }

    [Fact]
    public async Task Post_WithoutKeyAndWithoutTimestamps_IsNeverTakenForARepeat()
    {
        await using var host = await DoorHost.StartAsync();
        await host.PostAsync(TwoLines + "\n{\"msg\":\"no time\"}").ReadAsync();

        Assert.StartsWith("""{"accepted":3""", (await host.PostAsync(TwoLines + "\n{\"msg\":\"no time\"}").ReadAsync()).Body, StringComparison.Ordinal);
        Assert.All(host.Taken, taken => Assert.Null(taken.Delivery.Identity));
    }

    [Fact]
    public async Task Post_BrokenLinesOfARepeat_AreCountedOnce()
    {
        await using var host = await DoorHost.StartAsync();
        host.Outcome = _ => DeliveryOutcome.Abandoned;
        var (status, body) = await host.PostAsync(TwoLines + "\nbroken", key: "k").ReadAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("may still be stored; a retry with the same Idempotency-Key is safe", body, StringComparison.Ordinal);

        host.Outcome = delivery => new DeliveryOutcome(DeliveryStatus.Committed, delivery.Records.Count, 0, 0, []);
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(TwoLines + "\nbroken", key: "k").ReadAsync()).Status);
        Assert.Equal(1, Assert.Single(host.Counters.Snapshot()).Rejected["not_json"]);
    }

    [Fact]
    public async Task Post_RepeatOfARequestWithBrokenLines_TellsThemAgain()
    {
        await using var host = await DoorHost.StartAsync();
        const string body = "{\"msg\":\"fine\"}\nbroken\n";

        var first = (await host.PostAsync(body, key: "k").ReadAsync()).Body;
        var repeat = (await host.PostAsync(body, key: "k").ReadAsync()).Body;

        Assert.StartsWith("""{"accepted":1,"duplicates":0,"rejected":1,"deadLettered":0,"errors":[{"line":2,""", first, StringComparison.Ordinal);
        Assert.StartsWith("""{"accepted":0,"duplicates":1,"rejected":1,"deadLettered":0,"errors":[{"line":2,""", repeat, StringComparison.Ordinal);
        Assert.Equal(1, Assert.Single(host.Counters.Snapshot()).Rejected.Values.Sum());
    }
}
