using System.Net;
using System.Text;
using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Http;

/// <summary>What the door makes of good and bad bodies, and how it answers.</summary>
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

    [Theory]
    [InlineData("?zone=+02:00")] // a bare plus in a query means a blank
    [InlineData("?zone=%2B02:00")]
    public async Task Post_ZoneAsAnOffset_IsReadAsTyped(string query)
    {
        await using var host = await DoorHost.StartAsync();

        var (status, body) = await host.PostAsync("""{"msg":"a","ts":"2026-11-20 10:00:00"}""", query: query).ReadAsync();

        Assert.Equal(HttpStatusCode.OK, status);
        using var reply = JsonDocument.Parse(body);
        Assert.Equal("+02:00", reply.RootElement.GetProperty("zone").GetString());
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero), host.Taken.Single().Delivery.Records[0].Timestamp.ToDateTimeOffset());
    }

    [Theory]
    [InlineData("?servce=shop", "did you mean service?")]
    [InlineData("?service=shop&tz=UTC", "known are service, zone")]
    [InlineData("?service=a&Service=b", "service: is given more than once")]
    public async Task Post_ParameterNobodyKnows_IsRefused_AndNothingTaken(string query, string expected)
    {
        await using var host = await DoorHost.StartAsync();

        var (status, body) = await host.PostAsync("a", "text/plain", query: query).ReadAsync();

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(expected, body, StringComparison.Ordinal);
        Assert.Empty(host.Taken);
    }

    [Fact]
    public async Task Post_ManyBrokenLines_CapsTheErrors()
    {
        await using var host = await DoorHost.StartAsync();
        var (_, body) = await host.PostAsync("{\"msg\":\"a\"}\n" + string.Concat(Enumerable.Repeat("x\n", 150))).ReadAsync();

        using var reply = JsonDocument.Parse(body);
        Assert.Equal((100, 50), (reply.RootElement.GetProperty("errors").GetArrayLength(), reply.RootElement.GetProperty("moreErrors").GetInt32()));
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
}
