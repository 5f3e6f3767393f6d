using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Formats.Proto;
using LogConsole.Ingestion.Otlp;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Otlp;

/// <summary>What becomes of OTLP requests in both encodings.</summary>
public sealed class OtlpReaderTests
{
    private const string RichJson = """
        {"resourceLogs":[{"scopeLogs":[{"scope":{"name":"lib","version":"1.2"},"logRecords":[{
          "timeUnixNano":"1763632800123456789","observedTimeUnixNano":"1763632801000000000","severityNumber":17,"severityText":"ERROR",
          "traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7","flags":1,"eventName":"paid","droppedAttributesCount":2,
          "body":{"stringValue":"payment \"failed\"\n"},
          "attributes":[{"key":"user.id","value":{"intValue":"42"}},{"key":"ok","value":{"boolValue":false}},{"key":"share","value":{"doubleValue":0.25}},
            {"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"-1"}]}}},{"key":"who","value":{"kvlistValue":{"values":[{"key":"n","value":{"stringValue":"x"}}]}}},
            {"key":"raw","value":{"bytesValue":"AQI="}},{"key":"none","value":{}},{"key":"user.id","value":{"intValue":"43"}}]}]}],
          "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"host.name","value":{"stringValue":"node-1"}}]}}]}
        """;

    private static readonly ProtoMessage s_rich = OtlpMessage.Request(new ProtoMessage()
        .Fixed64(1, 1_763_632_800_123_456_789).Fixed64(11, 1_763_632_801_000_000_000).Varint(2, 17).Text(3, "ERROR")
        .Bytes(9, Convert.FromHexString("4bf92f3577b34da6a3ce929d0e0e4736")).Bytes(10, Convert.FromHexString("00f067aa0ba902b7")).Fixed32(8, 1).Text(12, "paid").Varint(7, 2)
        .Message(5, OtlpMessage.Text("payment \"failed\"\n"))
        .Pair(6, "user.id", OtlpMessage.Integer(42)).Pair(6, "ok", new ProtoMessage().Varint(2, 0)).Pair(6, "share", new ProtoMessage().Fixed64(4, BitConverter.DoubleToUInt64Bits(0.25)))
        .Pair(6, "tags", new ProtoMessage().Message(5, new ProtoMessage().Message(1, OtlpMessage.Text("a")).Message(1, OtlpMessage.Integer(-1))))
        .Pair(6, "who", new ProtoMessage().Message(6, new ProtoMessage().Pair(1, "n", OtlpMessage.Text("x"))))
        .Pair(6, "raw", new ProtoMessage().Bytes(7, [1, 2])).Pair(6, "none", new ProtoMessage()).Pair(6, "user.id", OtlpMessage.Integer(43)));

    [Fact]
    public void Read_TheSameRecordInBothEncodings_IsTheSameRow()
    {
        var record = Assert.Single(Proto(s_rich).Records);

        Assert.Equal(Text(Assert.Single(Json(RichJson).Records)), Text(record));
        Assert.Equal("2025-11-20T10:00:00.123456789Z", record.Timestamp.ToString());
        Assert.Equal((17, "ERROR", "shop", "node-1"), (record.SeverityNumber, record.SeverityText, record.Service, record.Host));
        Assert.Equal("payment \"failed\"\n", Encoding.UTF8.GetString(record.Body.Span));
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", record.TraceId.ToString());
        Assert.Equal(0x00f067aa0ba902b7ul, record.SpanId);
        Assert.Equal("""{"service.name":"shop","host.name":"node-1"}""", Encoding.UTF8.GetString(record.Resource!.Json.Span));
        Assert.Equal("""{"name":"lib","version":"1.2"}""", Encoding.UTF8.GetString(record.Scope!.Json.Span));
        Assert.Equal(
            """{"observedTimeUnixNano":"1763632801000000000","flags":1,"eventName":"paid","droppedAttributesCount":2,"user.id":42,"ok":false,"share":0.25,"tags":["a",-1],"who":{"n":"x"},"raw":"AQI=","none":null,"user.id#2":43}""",
            Encoding.UTF8.GetString(record.Attributes.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"resourceLogs":[]}""")]
    [InlineData("""{"resourceLogs":[{"resource":null,"scopeLogs":[{}]},{}],"more":[1,{}]}""")]
    public void Read_RequestWithoutRecords_IsTaken(string json)
    {
        var parsed = Json(json);
        Assert.Null(parsed.Fault);
        Assert.Empty(parsed.Records);
    }

    [Theory]
    [InlineData("[]", "an object is expected")]
    [InlineData("""{"resourceLogs":{}}""", "resourceLogs must be an array")]
    [InlineData("""{"resourceLogs":[{"scopeLogs":[{"logRecords":"x"}]}]}""", "logRecords must be an array")]
    [InlineData("""{"resourceLogs":[5]}""", "an object is expected")]
    [InlineData("""{"resourceLogs":[""", "not valid JSON")]
    [InlineData("""{"resourceLogs":[]} x""", "not valid JSON")]
    public void Read_WhatIsNoRequest_IsRefusedWithTheReason(string json, string reason) => Assert.Contains(reason, Json(json).Fault!.Reason, StringComparison.Ordinal);

    [Fact]
    public void Read_AsVectorSends_DocumentsInARow_NumbersAndUnknownNames()
    {
        var parsed = Json("""
            {"resourceLogs":[{"vector":1,"scopeLogs":[{"logRecords":[{"timeUnixNano":1763632800123456789,"severityText":"warn","body":{"stringValue":"a"},"attributes":[]}]}]}]}
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":1763632800123456789,"body":{"stringValue":"b"}},7]}]}]}
            """);

        Assert.Equal([("a", 13), ("b", 0)], parsed.Records.Select(record => (Encoding.UTF8.GetString(record.Body.Span), (int)record.SeverityNumber)));
        Assert.All(parsed.Records, record => Assert.Equal("2025-11-20T10:00:00.123456789Z", record.Timestamp.ToString()));
        Assert.Equal(1, parsed.Rejected);
    }

    [Fact]
    public void Read_ResourceBehindItsRecords_AndUnknownFields_AreUnderstood()
    {
        var logs = new ProtoMessage().Message(2, new ProtoMessage().Message(2, OtlpMessage.Record("a").Varint(99, 7).Text(98, "later")))
            .Message(1, new ProtoMessage().Pair(1, "service.name", OtlpMessage.Text("late")));

        var record = Assert.Single(Proto(new ProtoMessage().Varint(5, 1).Message(1, logs)).Records);

        Assert.Equal("late", record.Service);
    }

    [Fact]
    public void Read_BytesThatAreNoText_AreRepairedAndSaid()
    {
        var record = Assert.Single(Proto(OtlpMessage.Request(new ProtoMessage().Message(5, new ProtoMessage().Bytes(1, [0x61, 0, 0xFF, 0x62])))).Records);

        Assert.Equal("a\uFFFD\uFFFDb", Encoding.UTF8.GetString(record.Body.Span));
        Assert.Equal(
            LogRecordFlags.NulReplaced | LogRecordFlags.InvalidUtf8Replaced | LogRecordFlags.TimestampMissing,
            record.Flags & (LogRecordFlags.NulReplaced | LogRecordFlags.InvalidUtf8Replaced | LogRecordFlags.TimestampMissing));
    }

    [Fact]
    public void Read_NestedWithoutEnd_IsRefused_NotFollowed()
    {
        var value = OtlpMessage.Text("deep");
        for (var i = 0; i < 5_000; i++)
        {
            value = new ProtoMessage().Message(5, new ProtoMessage().Message(1, value));
        }

        Assert.NotNull(Proto(OtlpMessage.Request(new ProtoMessage().Message(5, value))).Fault);
    }

    [Fact]
    public void Read_MoreRecordsThanAllowed_IsTooLarge()
    {
        var parsed = Proto(OtlpMessage.Request([.. Enumerable.Range(0, 11).Select(i => OtlpMessage.Record($"{i}"))]), maxRecords: 10);
        Assert.True(parsed.Fault!.IsTooLarge);
    }

    [Fact]
    public void Count_IsTheRecords() =>
        Assert.Equal(3, OtlpProtoReader.Count(OtlpMessage.Request(OtlpMessage.Record("a"), new ProtoMessage(), OtlpMessage.Record("b")).ToArray()));

    [Fact]
    public void Read_MutatedMessages_NeverThrow_AndWhatIsReadIsWhole()
    {
        var random = new Random(20261122);
        var seed = s_rich.ToArray();
        for (var i = 0; i < Soak.Times(5_000, 200_000); i++)
        {
            var bytes = seed.ToArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                var at = random.Next(bytes.Length);
                bytes = random.Next(3) switch
                {
                    0 => [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]],
                    1 => [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 9))..]],
                    _ => [.. bytes[..at], (byte)random.Next(256), .. bytes[Math.Min(bytes.Length, at + 1)..]],
                };
                bytes = bytes.Length == 0 ? [8] : bytes;
            }

            using var arena = new RecordArena();
            var parsed = new OtlpProtoReader(arena, Records(arena)).Read(bytes);
            Assert.All(parsed.Records, record => Assert.True(Utf8Text.IsClean(record.Body.Span) && Utf8Text.IsClean(record.Attributes.Span)));
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x00, 0x01 })] // field 0
    [InlineData(new byte[] { 0x0B, 0x0C })] // a group
    [InlineData(new byte[] { 0x0A, 0x05, 0x61 })] // longer than the message
    [InlineData(new byte[] { 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02 })] // more than 64 bits
    [InlineData(new byte[] { 0x09, 1, 2, 3 })] // cut off
    public void ProtoReader_WhatIsNoField_EndsTheWalk(byte[] message)
    {
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
        }

        Assert.True(reader.IsBroken);
    }

    private static ParsedBody Proto(ProtoMessage request, int maxRecords = 100)
    {
        var arena = new RecordArena();
        return new OtlpProtoReader(arena, Records(arena, maxRecords)).Read(request.ToArray());
    }

    private static ParsedBody Json(string json) => new OtlpJsonReader(Records(new RecordArena())).Read(Encoding.UTF8.GetBytes(json), LogRecordFlags.None);

    private static OtlpRecords Records(RecordArena arena, int maxRecords = 100)
    {
        var context = new RecordContext { Arrival = LogTimestamp.From(Some.Time), Zone = SourceZone.Utc, Limits = new IngestionOptions() };
        return new OtlpRecords(context, arena, new Utf8Interner(), new SharedJsonCache(new Utf8Interner(), context.Limits.MaxAttributesBytes), maxRecords);
    }

    private static string Text(LogRecord record) => string.Join(
        '\n', record.Timestamp, record.SeverityNumber, record.SeverityText, record.Service, record.Host, Encoding.UTF8.GetString(record.Body.Span),
        Encoding.UTF8.GetString(record.Attributes.Span), record.Resource?.Id, record.Scope?.Id, record.TraceId, record.SpanId, record.Flags);
}
