using System.IO.Compression;
using System.Net;
using LogConsole.Ingestion;
using LogConsole.Tests.Ingestion.Http;

namespace LogConsole.Tests.Ingestion.Otlp;

/// <summary>How <c>/v1/logs</c> answers: in the encoding it was asked in, with the codes exporters act on.</summary>
public sealed class OtlpDoorTests
{
    private const string Json = """{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},"scopeLogs":[{"logRecords":[{"timeUnixNano":"1763632800123456789","body":{"stringValue":"hello"}}]}]}]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_Protobuf_AndJson_AndGzip_AreTaken()
    {
        await using var host = await DoorHost.StartAsync();

        var proto = await PostAsync(host, OtlpMessage.Request(OtlpMessage.Record("from protobuf")).ToArray(), "application/x-protobuf");
        var packed = await PostAsync(host, Gzip(OtlpMessage.Request(OtlpMessage.Record("packed")).ToArray()), "application/x-protobuf", "gzip");
        var json = await PostAsync(host, System.Text.Encoding.UTF8.GetBytes(Json), "application/json; charset=utf-8");

        Assert.Equal([(HttpStatusCode.OK, "application/x-protobuf", ""), (HttpStatusCode.OK, "application/x-protobuf", ""), (HttpStatusCode.OK, "application/json", "{}")], [proto, packed, json]);
        Assert.Equal(["from protobuf", "packed", "hello"], host.Taken.SelectMany(taken => taken.Bodies));
        Assert.All(host.Taken, taken => Assert.Equal(("otlp", "shop"), (taken.Delivery.Source, taken.Delivery.Records[0].Service)));
        Assert.Equal(3, host.Counters.Snapshot().Single(door => door.Door == "otlp").Accepted);
    }

    [Fact]
    public async Task Post_NothingInIt_IsSuccess()
    {
        await using var host = await DoorHost.StartAsync();
        Assert.Equal((HttpStatusCode.OK, "application/x-protobuf", ""), await PostAsync(host, [], "application/x-protobuf"));
        Assert.Equal((HttpStatusCode.OK, "application/json", "{}"), await PostAsync(host, "{}"u8.ToArray(), "application/json"));
    }

    [Fact]
    public async Task Post_SomeRecordsThatAreNone_IsPartialSuccess()
    {
        await using var host = await DoorHost.StartAsync();
        var body = """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"a"}},{},7]}]}]}"""u8.ToArray();

        Assert.Equal(
            (HttpStatusCode.OK, "application/json", """{"partialSuccess":{"rejectedLogRecords":"2","errorMessage":"an object without fields"}}"""),
            await PostAsync(host, body, "application/json"));
    }

    [Fact]
    public async Task Post_TheSameBodyAgain_IsRecognised()
    {
        await using var host = await DoorHost.StartAsync();
        var body = OtlpMessage.Request(OtlpMessage.Record("once")).ToArray();

        await PostAsync(host, body, "application/x-protobuf");
        Assert.Equal((HttpStatusCode.OK, "application/x-protobuf", ""), await PostAsync(host, body, "application/x-protobuf"));

        Assert.Single(host.Taken);
        Assert.Equal(1, host.Counters.Snapshot().Single(door => door.Door == "otlp").Duplicates);
    }

    [Theory]
    [InlineData("application/x-protobuf")]
    [InlineData("application/json")]
    public async Task Post_WhatIsNoRequest_Is400InTheSameEncoding_AndNothingIsStored(string type)
    {
        await using var host = await DoorHost.StartAsync();

        var (status, answered, text) = await PostAsync(host, "no request"u8.ToArray(), type);

        Assert.Equal((HttpStatusCode.BadRequest, type), (status, answered));
        Assert.Contains("Nothing was stored", text, StringComparison.Ordinal);
        Assert.Empty(host.Taken);
    }

    [Fact]
    public async Task Post_WhatTheDoorDoesNotSpeak_Is415()
    {
        await using var host = await DoorHost.StartAsync();
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(host, "x"u8.ToArray(), "text/plain")).Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(host, "x"u8.ToArray(), "application/json", "zstd")).Status);
    }

    [Fact]
    public async Task Post_TooLarge_Is413_AndFull_Is429_AndHeld_Is503_ToBeTriedAgain()
    {
        await using var host = await DoorHost.StartAsync(new Dictionary<string, string?>
        {
            ["Http:MaxRecords"] = "2",
            ["Ingestion:QueuePatience"] = "00:00:00",
            ["Ingestion:QueueRecords"] = "1000",
        }, consume: false);
        var three = OtlpMessage.Request(OtlpMessage.Record("a"), OtlpMessage.Record("b"), OtlpMessage.Record("c")).ToArray();
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(host, three, "application/x-protobuf")).Status);

        Assert.Equal(EnqueueResult.Accepted, await host.Queue.EnqueueAsync(
            new Delivery { Source = "test", Records = [.. Enumerable.Range(0, 1_000).Select(_ => LogConsole.Tests.TestSupport.Some.LogRecord("x"))], SizeBytes = 1 }, Cancellation));
        using var full = await host.PostAsync(OtlpMessage.Request(OtlpMessage.Record("a")).ToArray(), "application/x-protobuf", path: "/v1/logs");
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (full.StatusCode, full.Headers.RetryAfter!.Delta));

        host.Gate.Hold("test", "The test holds ingest");
        using var held = await host.PostAsync(OtlpMessage.Request(OtlpMessage.Record("a")).ToArray(), "application/x-protobuf", path: "/v1/logs");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, held.StatusCode);
        Assert.NotNull(held.Headers.RetryAfter);
    }

    private static async Task<(HttpStatusCode Status, string? Type, string Text)> PostAsync(DoorHost host, byte[] body, string type, string? encoding = null)
    {
        using var answer = await host.PostAsync(body, type, encoding: encoding, path: "/v1/logs");
        return (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
