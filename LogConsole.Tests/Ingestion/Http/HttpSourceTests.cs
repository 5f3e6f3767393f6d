using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Ingestion.Http;

public sealed class HttpSourceTests
{
    private const string TwoLines = "{\"ts\":\"2026-11-20T10:00:00Z\",\"msg\":\"a\"}\n{\"ts\":\"2026-11-20T10:00:01Z\",\"msg\":\"b\"}";

    [Theory]
    [InlineData("application/x-ndjson", "{\"msg\":\"a\"}\n{\"msg\":\"b\"}")]
    [InlineData("application/json; charset=utf-8", "[{\"msg\":\"a\"},{\"msg\":\"b\"}]")]
    [InlineData("application/json", "{\"msg\":\"a\"}\n{\"msg\":\"b\"}")]
    [InlineData("application/vnd.serilog.clef", "{\"@t\":\"2026-11-20T10:00:00Z\",\"@m\":\"a\"}\n{\"@mt\":\"{x}\",\"x\":\"b\"}")]
    [InlineData("text/plain", "a\nb\n")]
    [InlineData(null, "a\nb\n")]
    [InlineData(null, "[{\"msg\":\"a\"},{\"msg\":\"b\"}]")]
    public async Task Post_EveryFormat_IsAcceptedWhenSettled(string? contentType, string body)
    {
        await using var host = await DoorHost.StartAsync();

        var answer = await host.PostAsync(body, contentType).ReadAsync();

        Assert.Equal((HttpStatusCode.OK, """{"accepted":2,"duplicates":0,"rejected":0,"deadLettered":0,"errors":[],"moreErrors":0,"zoneAssumed":0}"""), answer);
        Assert.Equal(["a", "b"], Assert.Single(host.Taken).Bodies);
    }

    [Fact]
    public async Task Post_NotSettledYet_IsNotAnswered()
    {
        await using var host = await DoorHost.StartAsync();
        host.Hold = true;

        var answer = host.PostAsync(TwoLines);
        var delivery = await host.TakenAsync();
        Assert.False(answer.IsCompleted);
        host.Settle(delivery, host.Outcome(delivery));

        Assert.Equal(HttpStatusCode.OK, (await answer.ReadAsync()).Status);
    }

    [Fact]
    public async Task Post_SomeBrokenLinesAndDeadLetters_TellsLineAndReason()
    {
        await using var host = await DoorHost.StartAsync();
        host.Outcome = delivery => new DeliveryOutcome(DeliveryStatus.Committed, delivery.Records.Count - 1, 0, 1, [new LineError(1, "too odd")]);

        var (status, body) = await host.PostAsync("{\"msg\":\"a\",\"ts\":\"2026-11-20 10:00:00\"}\nbroken\n{\"msg\":\"b\"}", query: "?zone=Europe/Berlin&service=shop").ReadAsync();

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"accepted":1,"duplicates":0,"rejected":1,"deadLettered":1,"errors":[{"line":2,"reason":"not a JSON object"},{"line":1,"reason":"too odd"}],"moreErrors":0,"zoneAssumed":1,"zone":"Europe/Berlin"}""",
            body);
        var record = host.Taken.Single().Delivery.Records[0];
        Assert.Equal(("shop", "2026-11-20T09:00:00.000000Z"), (record.Service, record.Timestamp.ToString()));
    }

    [Theory]
    [InlineData("?service=%00", "\uFFFD")]
    [InlineData("?service=a%00b", "a\uFFFDb")]
    [InlineData("?service=%20", LogRecord.UnknownService)]
    public async Task Post_ServiceNoTextColumnTakes_IsRepairedAtTheDoor(string query, string expected)
    {
        await using var host = await DoorHost.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("a", "text/plain", query: query).ReadAsync()).Status);
        Assert.Equal(expected, host.Taken.Single().Delivery.Records[0].Service);
    }

    [Fact]
    public async Task Post_ManyBrokenLines_CapsTheErrors()
    {
        await using var host = await DoorHost.StartAsync();
        var (_, body) = await host.PostAsync("{\"msg\":\"a\"}\n" + string.Concat(Enumerable.Repeat("x\n", 150))).ReadAsync();

        using var reply = JsonDocument.Parse(body);
        Assert.Equal((100, 50), (reply.RootElement.GetProperty("errors").GetArrayLength(), reply.RootElement.GetProperty("moreErrors").GetInt32()));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task Post_Encoded_IsUnpacked(string encoding)
    {
        await using var host = await DoorHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(Pack(Encoding.UTF8.GetBytes(TwoLines), encoding), encoding: encoding).ReadAsync()).Status);
        Assert.Equal(["a", "b"], host.Taken.Single().Bodies);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task Post_Bomb_IsCutOffAtTheLimit(string encoding)
    {
        await using var host = await DoorHost.StartAsync(new Dictionary<string, string?> { ["Http:MaxBodyBytes"] = "1000000" });
        var bomb = Pack(new byte[50_000_000], encoding);
        Assert.True(bomb.Length < 1_000_000);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.PostAsync(bomb, "text/plain", encoding: encoding).ReadAsync()).Status);
        Assert.Empty(host.Taken);
    }

    [Theory]
    [InlineData("gzip", "text")]
    [InlineData("br", "text")]
    [InlineData("gzip", "cut")]
    [InlineData("br", "cut")]
    public async Task Post_NotWhatItsEncodingClaims_Is400(string encoding, string fault)
    {
        await using var host = await DoorHost.StartAsync();
        var body = fault == "text" ? Encoding.UTF8.GetBytes(TwoLines) : Pack(RandomLines(), encoding)[..^20];

        var (status, problem) = await host.PostAsync(body, "text/plain", encoding: encoding).ReadAsync();

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("bad_encoding", problem, StringComparison.Ordinal);
        Assert.Empty(host.Taken);
    }

    [Fact]
    public async Task Post_LargerThanTheLimits_Is413WithAndWithoutLength()
    {
        await using var host = await DoorHost.StartAsync(new Dictionary<string, string?> { ["Http:MaxBodyBytes"] = "100000", ["Http:MaxCompressedBytes"] = "2000" });
        var large = new byte[100_001];
        Array.Fill(large, (byte)'x');

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.PostAsync(large, "text/plain").ReadAsync()).Status);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.PostAsync(Pack(RandomLines(), "gzip"), "text/plain", encoding: "gzip").ReadAsync()).Status);

        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/api/ingest") { Content = new StreamContent(new MemoryStream(large)) };
        chunked.Headers.TransferEncodingChunked = true;
        chunked.Content.Headers.TryAddWithoutValidation("Content-Type", "text/plain");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await host.Client.SendAsync(chunked, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Post_MegabyteLines_AreTruncatedNotRefused()
    {
        await using var host = await DoorHost.StartAsync();
        var line = new string('x', (1 << 20) + 10);

        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(line + "\n" + line, "text/plain").ReadAsync()).Status);

        Assert.All(host.Taken.Single().Delivery.Records, record => Assert.True(record.Flags.HasFlag(LogRecordFlags.Truncated)));
        Assert.All(host.Taken.Single().Bodies, body => Assert.Equal(1 << 20, body.Length));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded", null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/json; charset=utf-16", null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("nonsense", null, HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", "deflate", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("text/plain", "gzip, gzip", HttpStatusCode.UnsupportedMediaType)]
    public async Task Post_WhatTheDoorDoesNotSpeak_Is415(string contentType, string? encoding, HttpStatusCode expected)
    {
        await using var host = await DoorHost.StartAsync();
        using var response = await host.PostAsync("a", contentType, encoding: encoding);
        Assert.Equal((expected, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Theory]
    [InlineData("application/json", "[{\"msg\":\"a\"}", "")]
    [InlineData("application/x-ndjson", "not json", "")]
    [InlineData("text/plain", "a", "?zone=Middle/Earth")]
    [InlineData("text/plain", "a", "?zone=../../etc/passwd")]
    public async Task Post_BadAsAWhole_Is400AndNothingIsStored(string contentType, string body, string query)
    {
        await using var host = await DoorHost.StartAsync();
        using var response = await host.PostAsync(body, contentType, query: query);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        Assert.Empty(host.Taken);
    }

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
    public async Task Post_QueueStaysFull_Is429WithRetryAfter()
    {
        await using var host = await DoorHost.StartAsync(
            new Dictionary<string, string?> { ["Ingestion:QueueRecords"] = "1000", ["Ingestion:QueuePatience"] = "00:00:00" }, consume: false);
        var filler = host.PostAsync(string.Concat(Enumerable.Repeat("x\n", 1000)), "text/plain");
        Assert.True(await host.Queue.WaitToTakeAsync(TestContext.Current.CancellationToken));

        using var response = await host.PostAsync(TwoLines + "\nbroken");

        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (response.StatusCode, response.Headers.RetryAfter?.ToString()));
        Assert.Empty(Assert.Single(host.Counters.Snapshot()).Rejected);
        Assert.True(host.Queue.TryTake(out var delivery));
        host.Settle(delivery, host.Outcome(delivery));
        Assert.Equal(HttpStatusCode.OK, (await filler.ReadAsync()).Status);
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
    public async Task Post_DatabaseAway_Is503WithRetryAfter()
    {
        await using var host = await DoorHost.StartAsync();
        host.Database.ReportAway("it restarts");

        using var response = await host.PostAsync(TwoLines);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (response.StatusCode, response.Headers.RetryAfter?.ToString()));
        Assert.Equal(1, Assert.Single(host.Counters.Snapshot()).Refused["database_away"]);
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

    [Fact]
    public async Task Post_WhileIngestIsPaused_SaysWhyAndWhenToComeBack()
    {
        await using var host = await DoorHost.StartAsync();
        host.Gate.Hold("disk", "ingest is paused: only 4.0 % of the disk is free");

        using var content = new StringContent("""{"message":"x"}""", System.Text.Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("/api/ingest", content, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (response.StatusCode, response.Headers.RetryAfter?.ToString()));
        Assert.Contains("only 4.0 % of the disk", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        host.Gate.Release("disk");
        using var again = await host.Client.PostAsync("/api/ingest", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
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

    [Fact]
    public async Task Post_MutatedPayloads_NeverAnswer500()
    {
        await using var host = await DoorHost.StartAsync();
        var random = new Random(20261120);
        string[] types = ["application/x-ndjson", "application/json", "application/vnd.serilog.clef", "text/plain"];
        var seeds = new[]
        {
            "[{\"ts\":\"2026-11-20T10:00:00.5+02:00\",\"msg\":\"a\\u0041\\ud83d\\ude00\",\"n\":[1e5,{\"x\":null}],\"resource\":{\"service.name\":\"r\"}},{\"@mt\":\"{a} {b:x}\",\"a\":\"\\n\",\"@r\":[\"1\"]}]",
            "{\"time\":1763632800.25,\"level\":\"warn\",\"service\":{\"name\":\"s\",\"v\":[1]},\"body\":{\"stringValue\":\"x\\\"\"}}\n{\"log\":{\"level\":3},\"attributes\":{\"a\":\"\\u0000\"}}\n",
            "2026-11-20 10:00:00,123 [main] ERROR é \u001b[31m boom\r\n\0second\n",
        };
        for (var i = 0; i < Soak.Times(600, 100_000); i++)
        {
            var body = Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)]);
            for (var changes = random.Next(0, 8); changes > 0; changes--)
            {
                var at = random.Next(body.Length);
                body = random.Next(3) switch
                {
                    0 => [.. body[..at], (byte)random.Next(256), .. body[at..]],
                    1 => [.. body[..at], .. body[Math.Min(body.Length, at + random.Next(1, 9))..]],
                    _ => [.. body[..at], (byte)"{}[]\",:\\u0\n"[random.Next(11)], .. body[Math.Min(body.Length, at + 1)..]],
                };
                body = body.Length == 0 ? [(byte)'{'] : body;
            }

            var (status, text) = await host.PostAsync(body, types[random.Next(types.Length)]).ReadAsync();
            Assert.True(status is HttpStatusCode.OK or HttpStatusCode.BadRequest, $"{status} for {Convert.ToBase64String(body)}: {text}");
        }

        foreach (var (delivery, _) in host.Taken)
        {
            Assert.All(delivery.Records, record => Assert.NotNull(record.Service));
        }
    }

    private static byte[] RandomLines()
    {
        var random = new Random(1);
        return Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 1000).Select(_ => random.NextInt64().ToString("x16"))));
    }

    private static byte[] Pack(byte[] body, string encoding)
    {
        if (encoding == "identity")
        {
            return body;
        }

        using var packed = new MemoryStream();
        using (Stream stream = encoding == "gzip" ? new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true) : new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            stream.Write(body);
        }

        return packed.ToArray();
    }
}
