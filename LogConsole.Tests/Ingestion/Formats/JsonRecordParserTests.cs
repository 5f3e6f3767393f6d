using System.Text;
using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using static LogConsole.Tests.Ingestion.Formats.ParsedLines;

namespace LogConsole.Tests.Ingestion.Formats;

public sealed class JsonRecordParserTests
{
    [Fact]
    public void Parse_OpenTelemetryNames_FillTheColumns()
    {
        var record = One("""
            {"timeUnixNano":"1763632800123456789","severityNumber":17,"severityText":"Error","body":{"stringValue":"disk \"full\""},"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","resource":{"service.name":"shop","host.name":"web-1","k":[1, 2]},"scope":{"name":"lib"},"attributes":{"code":507,"ok":false}}
            """);

        Assert.Equal("2025-11-20T10:00:00.123456789Z", record.Timestamp.ToString());
        Assert.Equal((17, "Error", "shop", "web-1"), (record.SeverityNumber, record.SeverityText, record.Service, record.Host));
        Assert.Equal("disk \"full\"", BodyOf(record));
        Assert.Equal("5b8efff798038103d269b633813fc60c", record.TraceId.ToString());
        Assert.Equal(0xEEE19B7EC3C1B174, record.SpanId);
        Assert.Equal("""{"code":507,"ok":false}""", AttributesOf(record));
        Assert.Equal("""{"service.name":"shop","host.name":"web-1","k":[1,2]}""", Encoding.UTF8.GetString(record.Resource!.Json.Span));
        Assert.Equal("""{"name":"lib"}""", Encoding.UTF8.GetString(record.Scope!.Json.Span));
    }

    [Fact]
    public void Parse_Ecs_NestedAndDottedAreTheSame()
    {
        var nested = One("""{"@timestamp":"2026-11-20T10:00:00Z","message":"m","log":{"level":"WARN","logger":"a.B"},"service":{"name":"shop","version":"2"},"host":{"name":"h","ip":["::1"]},"trace":{"id":"0af7651916cd43dd8448eb211c80319c"},"span":{"id":"b7ad6b7169203331"}}""");
        var dotted = One("""{"@timestamp":"2026-11-20T10:00:00Z","message":"m","log.level":"WARN","log.logger":"a.B","service.name":"shop","service.version":"2","host.name":"h","host.ip":["::1"],"trace.id":"0af7651916cd43dd8448eb211c80319c","span.id":"b7ad6b7169203331"}""");

        Assert.Equal((13, "WARN", "shop", "h", "m"), (nested.SeverityNumber, nested.SeverityText, nested.Service, nested.Host, BodyOf(nested)));
        Assert.Equal("""{"log.logger":"a.B","service.version":"2","host.ip":["::1"]}""", AttributesOf(nested));
        Assert.Equal(Shown(dotted), Shown(nested));
    }

    [Fact]
    public void Parse_Clef_RendersTemplateAndKeepsItsParts()
    {
        var record = One("""{"@t":"2026-11-20T10:00:00Z","@mt":"Paid {Amount:0.00} by {@User} {{ok}} {Missing}","@r":["12.50"],"@x":"at X\nat Y","@i":"a1b2","@@odd":1,"Amount":12.5,"User":{"id": 7}}""");

        Assert.Equal("Paid 12.50 by {\"id\":7} {ok} {Missing}", BodyOf(record));
        Assert.Equal(SeverityNumber.Info, record.SeverityNumber);
        Assert.Equal(
            """{"message_template.text":"Paid {Amount:0.00} by {@User} {{ok}} {Missing}","message_template.renderings":["12.50"],"exception.stacktrace":"at X\nat Y","message_template.id":"a1b2","@odd":1,"Amount":12.5,"User":{"id":7}}""",
            AttributesOf(record));
    }

    [Fact]
    public void Parse_ClefMessageAndLevel_WinOverTheTemplate()
    {
        var record = One("""{"@t":"2026-11-20T10:00:00Z","@m":"said","@mt":"{x}","@l":"Verbose","@tr":"0af7651916cd43dd8448eb211c80319c","@sp":"b7ad6b7169203331","x":"\ud83d\ude00"}""");

        Assert.Equal(("said", 1, "Verbose"), (BodyOf(record), record.SeverityNumber, record.SeverityText));
        Assert.False(record.TraceId.IsEmpty);
        Assert.Equal("""{"message_template.text":"{x}","x":"\ud83d\ude00"}""", AttributesOf(record));
    }

    [Fact]
    public void Parse_TemplateThatRepeatsALongProperty_IsCutAtFourTimesItsLine()
    {
        var line = $$"""{"@t":"2026-11-20T10:00:00Z","@mt":"{{string.Concat(Enumerable.Repeat("{a}", 2000))}}","a":"{{new string('x', 5000)}}"}""";
        var record = One(line);

        Assert.InRange(record.Body.Length, 1, 4 * line.Length);
        Assert.True(record.Flags.HasFlag(LogRecordFlags.Truncated));
    }

    [Fact]
    public void Parse_SeveralNamesOfOneMeaning_FirstInOrderWinsAndOthersStay()
    {
        var record = One("""{"message":"second","Msg":"first","time":"2026-11-20T11:00:00Z","TS":"2026-11-20T10:00:00Z","app":"b","service":"a"}""");

        Assert.Equal(("first", "2026-11-20T10:00:00.000000Z", "a"), (BodyOf(record), record.Timestamp.ToString(), record.Service));
        Assert.Equal("""{"message":"second","time":"2026-11-20T11:00:00Z","app":"b"}""", AttributesOf(record));
    }

    [Theory]
    [InlineData("\"WARNING\"", 13, "WARNING")]
    [InlineData("\"fatal\"", 21, "fatal")]
    [InlineData("\"crit\"", 21, "crit")]
    [InlineData("\"notice\"", 10, "notice")]
    [InlineData("\"shouting\"", 0, "shouting")]
    [InlineData("30", 9, null)]
    [InlineData("\"50\"", 17, null)]
    [InlineData("17", 17, null)]
    [InlineData("35", 9, "35")]
    [InlineData("7", 7, null)]
    [InlineData("0", 0, "0")]
    public void Parse_Level_GivesNumberAndText(string level, int number, string? text)
    {
        var record = One($$"""{"msg":"m","level":{{level}}}""");
        Assert.Equal((number, text), (record.SeverityNumber, record.SeverityText));
    }

    [Fact]
    public void Parse_SyslogNumber_CountsOnlyUnderItsOwnName()
    {
        Assert.Equal(17, One("""{"msg":"m","syslog_severity":3}""").SeverityNumber);
        Assert.Equal(3, One("""{"msg":"m","level":3}""").SeverityNumber);
    }

    [Theory]
    [InlineData("\"2026-11-20T10:00:00Z\"", LogRecordFlags.None)]
    [InlineData("\"2026-11-20 10:00:00\"", LogRecordFlags.ZoneAssumed)]
    [InlineData("\"2026-11-20T13:30:00Z\"", LogRecordFlags.FarFuture)]
    [InlineData("\"2026-11-01T00:00:00Z\"", LogRecordFlags.FarPast)]
    [InlineData("1763632800", LogRecordFlags.FarPast)]
    [InlineData("\"9999-12-31T23:59:59.999999999Z\"", LogRecordFlags.FarFuture)]
    [InlineData("12.5", LogRecordFlags.TimestampMissing)]
    [InlineData("\"soon\"", LogRecordFlags.TimestampMissing)]
    [InlineData("[1]", LogRecordFlags.TimestampMissing)]
    public void Parse_Timestamp_IsFlaggedAndNeverLost(string time, LogRecordFlags flags)
    {
        var record = One($$"""{"msg":"m","ts":{{time}}}""");

        Assert.Equal(flags, record.Flags);
        if (flags == LogRecordFlags.TimestampMissing)
        {
            Assert.Equal(record.ObservedTimestamp, record.Timestamp);
            Assert.Equal($$"""{"log.timestamp.raw":{{time}}}""", AttributesOf(record));
        }
    }

    [Theory]
    [InlineData("ts", "0", "1970-01-01T00:00:00.000000Z")]
    [InlineData("@timestamp", "\"0\"", "1970-01-01T00:00:00.000000Z")]
    [InlineData("time", "-5", "1969-12-31T23:59:55.000000Z")]
    [InlineData("time", "86400", "1970-01-02T00:00:00.000000Z")]
    [InlineData("date", "-1000000000001", "1938-04-24T22:13:19.999000Z")]
    [InlineData("timeUnixNano", "-1000000000000000001", "1938-04-24T22:13:19.999999999Z")]
    public void Parse_SmallWholeNumber_IsUnixTimeFarInThePast(string name, string time, string expected)
    {
        var record = One($$"""{"msg":"m","{{name}}":{{time}}}""");
        Assert.Equal((expected, LogRecordFlags.FarPast, ""), (record.Timestamp.ToString(), record.Flags, AttributesOf(record)));
    }

    [Theory]
    [InlineData("""{"msg":"m","timeUnixNano":"0"}""", "2026-11-20T12:00:00.000000Z", LogRecordFlags.TimestampMissing)]
    [InlineData("""{"msg":"m","timeUnixNano":0,"observedTimeUnixNano":"1795168800000000000"}""", "2026-11-20T10:00:00.000000Z", LogRecordFlags.None)]
    [InlineData("""{"msg":"m","time":12,"timestamp":"2026-11-20T10:00:00Z"}""", "2026-11-20T10:00:00.000000Z", LogRecordFlags.None)]
    [InlineData("""{"msg":"m","t":12}""", "2026-11-20T12:00:00.000000Z", LogRecordFlags.TimestampMissing)]
    public void Parse_SmallNumberThatMayBeSomethingElse_IsNoTime(string line, string expected, LogRecordFlags flags)
    {
        var record = One(line);
        Assert.Equal((expected, flags), (record.Timestamp.ToString(), record.Flags));
    }

    [Fact]
    public void Parse_NameThatComesAgain_KeepsEveryValue()
    {
        Assert.Equal("""{"a":1,"a#2":{"x":"a"},"b\"":3,"a#3":4,"b\"#2":5}""", AttributesOf(One("""{"msg":"m","a":1,"a":{"x":"a"},"b\"":3,"attributes":{"a":4,"b\"":5}}""")));
        Assert.Equal(("first", """{"msg":"second","msg#2":"third"}"""), Shown(One("""{"msg":"first","msg":"second","msg":"third"}""")));
        Assert.Equal("""{"a":"1","a#2":"2"}""", AttributesOf(One("""level=info msg=m a=1 a=2""", BodyFormat.Text)));
        Assert.Equal("""{"a":1}""", AttributesOf(One("""{"msg":"m","a":1}""")));

        static (string, string) Shown(LogRecord record) => (BodyOf(record), AttributesOf(record));
    }

    [Fact]
    public void Parse_ManyNamesThatComeAgain_AreNumberedEach()
    {
        var names = Enumerable.Range(0, 2000).Select(i => $"n{i % 700}").ToList();
        var record = One($$"""{"msg":"m",{{string.Join(',', names.Select((name, i) => $"\"{name}\":{i}"))}}}""");
        var kept = JsonDocument.Parse(record.Attributes).RootElement.EnumerateObject().Select(member => member.Name).ToList();

        Assert.Equal(2000, kept.Distinct().Count());
        Assert.Equal(names.Select((name, i) => i < 700 ? name : $"{name}#{(i / 700) + 1}"), kept);
    }

    [Fact]
    public void Parse_LongNames_StayWholeAsAttributes()
    {
        var name = new string('s', 300);
        var json = One($$"""{"msg":"m","service":"{{name}}"}""");
        var syslog = One($"<13>1 2026-11-20T10:00:00Z {name}.example {name} - - - m", BodyFormat.Text);
        var logfmt = One($"level=info msg=m service={name}", BodyFormat.Text);

        Assert.Equal((name[..128], $$"""{"service":"{{name}}"}"""), (json.Service, AttributesOf(json)));
        Assert.Equal((name[..128], $$"""{"service.name":"{{name}}"}"""), (logfmt.Service, AttributesOf(logfmt)));
        Assert.Equal((name[..128], name[..128], $$"""{"service.name":"{{name}}","host.name":"{{name}}.example"}"""), (syslog.Service, syslog.Host, AttributesOf(syslog)));
    }

    [Fact]
    public void Parse_UnreadableTime_TheNextNameIsTried()
    {
        var record = One("""{"msg":"m","ts":"soon","timestamp":"2026-11-20T10:00:00Z"}""");
        Assert.Equal(("2026-11-20T10:00:00.000000Z", """{"ts":"soon"}"""), (record.Timestamp.ToString(), AttributesOf(record)));
    }

    [Fact]
    public void Parse_BodyThatIsNoString_IsKeptAsCompactJson()
    {
        Assert.Equal("""{"a":[1,2]}""", BodyOf(One("""{"body": {"a": [1, 2]} }""")));
        Assert.Equal("42", BodyOf(One("""{"message":42}""")));
        Assert.Equal("", BodyOf(One("""{"log":{"level":"info"},"event":{"id":1}}""")));
    }

    [Fact]
    public void Parse_WhatJsonbRefuses_IsReplacedAndFlagged()
    {
        var record = One("""{"msg":"a\u0000b\ud800c","x":"\u0000","\udc00k":[1e999999,-0.5e-3,"\\u0000"],"n":1e-2000}""");

        Assert.Equal("a\uFFFDb\uFFFDc", BodyOf(record));
        Assert.Equal("""{"x":"\ufffd","\ufffdk":["1e999999",-0.5e-3,"\\u0000"],"n":"1e-2000"}""", AttributesOf(record));
        Assert.Equal(LogRecordFlags.NulReplaced | LogRecordFlags.InvalidUtf8Replaced | LogRecordFlags.TimestampMissing, record.Flags);
    }

    [Fact]
    public void Parse_RawNulAndBrokenUtf8_AreReplacedAndFlagged()
    {
        var lines = Of([.. "{\"msg\":\"a"u8, 0, .. "b"u8, 0xC3, 0x28, .. "c\",\"k"u8, 0xFF, .. "\":1}\n{\"msg\":\"clean\"}"u8]);

        Assert.Equal("a\uFFFDb\uFFFD(c", BodyOf(lines[0]));
        Assert.Equal("{\"k\uFFFD\":1}", AttributesOf(lines[0]));
        Assert.Equal(LogRecordFlags.NulReplaced | LogRecordFlags.InvalidUtf8Replaced | LogRecordFlags.TimestampMissing, lines[0].Flags);
        Assert.Equal(LogRecordFlags.TimestampMissing, lines[1].Flags);
    }

    [Fact]
    public void Parse_DeepNesting_IsKeptAsText()
    {
        var deep = new string('[', 5000) + new string(']', 5000);
        var record = One($$"""{"msg":"m","ok":{{new string('[', 30)}}{{new string(']', 30)}},"deep":{{deep}},"after":1}""");

        using var attributes = JsonDocument.Parse(record.Attributes, new JsonDocumentOptions { MaxDepth = JsonValues.MaxDepth });
        Assert.Equal(JsonValueKind.Array, attributes.RootElement.GetProperty("ok").ValueKind);
        Assert.Equal(deep, attributes.RootElement.GetProperty("deep").GetString());
        Assert.Equal(1, attributes.RootElement.GetProperty("after").GetInt32());
    }

    [Fact]
    public void Parse_LongBody_IsCutAtACharacter()
    {
        var record = One($$"""{"msg":"{{new string('a', 1023)}}é\n"}""", maxLineBytes: 1024);
        Assert.Equal((new string('a', 1023), true), (BodyOf(record), record.Flags.HasFlag(LogRecordFlags.Truncated)));
    }

    [Fact]
    public void Parse_HostileText_IsDataAndStaysAsItIs()
    {
        var record = One("""{"msg":"\u001b[31m<script>alert(1)</script>'; drop table logs;--","<b>":"&"}""");
        Assert.Equal("\u001b[31m<script>alert(1)</script>'; drop table logs;--", BodyOf(record));
        Assert.Equal("""{"<b>":"&"}""", AttributesOf(record));
    }

    [Fact]
    public void Parse_NullOfAKnownName_CountsAsAbsent()
    {
        var record = One("""{"msg":"m","trace_id":null,"service":null,"level":null,"note":null}""");
        Assert.Equal((LogRecord.UnknownService, """{"note":null}"""), (record.Service, AttributesOf(record)));
    }

    [Fact]
    public void Parse_IdsThatAreNone_StayAttributes()
    {
        var record = One("""{"msg":"m","trace_id":"xyz","span_id":12}""");
        Assert.Equal((true, 0UL, """{"trace_id":"xyz","span_id":12}"""), (record.TraceId.IsEmpty, record.SpanId, AttributesOf(record)));
    }

    [Fact]
    public void Parse_LongServiceName_IsCutAndKeptWhole()
    {
        var name = new string('s', 200);
        var record = One($$"""{"msg":"m","service":"{{name}}"}""");
        Assert.Equal((name[..128], $$"""{"service":"{{name}}"}"""), (record.Service, AttributesOf(record)));
    }

    private static string Shown(LogRecord record) => string.Join('|',
        record.Timestamp, record.SeverityNumber, record.SeverityText, record.Service, record.Host, BodyOf(record), AttributesOf(record), record.TraceId, record.SpanId, record.Flags);
}
