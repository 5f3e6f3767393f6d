using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using static LogConsole.Tests.Ingestion.Formats.ParsedLines;

namespace LogConsole.Tests.Ingestion.Formats;

public sealed class BodyParserTests
{
    [Fact]
    public void Parse_BrokenLines_AreRejectedAlone()
    {
        var lines = Of("{\"msg\":\"a\"}\r\n\n{broken}\n[1]\n  {\"msg\":\"b\"}  \n{\"msg\":\"c\"} {}\n{}\nplain");

        Assert.Equal([(1, "a"), (5, "b")], lines.Body.Records.Select(record => (record.Line, BodyOf(record))));
        Assert.Equal([3, 4, 6, 7, 8], lines.Body.Errors.Select(error => error.Line));
        Assert.Equal(5, lines.Body.Rejected);
        Assert.Null(lines.Body.Fault);
    }

    [Fact]
    public void Parse_ManyErrors_ListsAHundredAndCountsAll()
    {
        var lines = Of("{\"msg\":\"a\"}\n" + string.Concat(Enumerable.Repeat("x\n", 250)));
        Assert.Equal((100, 250), (lines.Body.Errors.Count, lines.Body.Rejected));
    }

    [Fact]
    public void Parse_ArrayWithABrokenElement_TakesTheOthers()
    {
        var lines = Of("""[{"msg":"]},{"}, {bad}, 5 , {"msg":"b"},]""", BodyFormat.Json);

        Assert.Equal([(1, "]},{"), (4, "b")], lines.Body.Records.Select(record => (record.Line, BodyOf(record))));
        Assert.Equal([2, 3], lines.Body.Errors.Select(error => error.Line));
        Assert.Null(lines.Body.Fault);
    }

    [Theory]
    [InlineData("""[{"msg":"a"},""")]
    [InlineData("""[{"msg":"a"}""")]
    [InlineData("""[{"msg":"a"}, {"msg":"b" """)]
    [InlineData("""[{"msg":"a"}, "never closed]""")]
    [InlineData("""[{"msg":"a"}] and more""")]
    [InlineData("[")]
    public void Parse_ArrayThatDoesNotClose_IsRefusedWhole(string body) => Assert.NotNull(Of(body, BodyFormat.Json).Body.Fault);

    [Theory]
    [InlineData("""[{"msg":"a"}] and more""", "the JSON array is closed, and something follows it at byte 15; send one array, or one object a line")]
    [InlineData("\uFEFF[]\n\n[]", "the JSON array is closed, and something follows it at byte 8; send one array, or one object a line")]
    [InlineData("""[{"msg":"a"}""", "the JSON array never closes")]
    [InlineData("{\n\"msg\":\"a\"", "the JSON object never closes")]
    public void Parse_ArrayOrObjectThatEndsWrong_SaysWhatAndWhere(string body, string expected) =>
        Assert.Equal(expected, Of(body, BodyFormat.Json).Body.Fault!.Reason);

    [Theory]
    [InlineData("[]", 0)]
    [InlineData("", 0)]
    [InlineData(" \n ", 0)]
    [InlineData("""{"msg":"a"}""", 1)]
    [InlineData("{\n  \"msg\": \"a\",\n  \"k\": {\n \"x\": 1 }\n}\n", 1)]
    [InlineData("{\n\"msg\":\"a\"}\n{\n\"msg\":\"b\"}", 2)]
    [InlineData("{\"msg\":\"a\"}\n{\"msg\":\"b\"}\n", 2)]
    [InlineData("\uFEFF[{\"msg\":\"a\"}]", 1)]
    public void Parse_ApplicationJson_TakesArrayObjectAndLines(string body, int records)
    {
        var lines = Of(body, BodyFormat.Json);
        Assert.Null(lines.Body.Fault);
        Assert.Equal((records, 0), (lines.Body.Records.Count, lines.Body.Rejected));
    }

    [Fact]
    public void Parse_JsonLinesWithABrokenOne_DoNotSwallowTheNext()
    {
        var lines = Of("{\"msg\":\"a\"}\n{\"msg\":\n{\"msg\":\"b\"}", BodyFormat.Json);
        Assert.Equal((2, 1), (lines.Body.Records.Count, lines.Body.Rejected));
    }

    [Theory]
    [InlineData("""{"msg":"a"}""", "a")]
    [InlineData("""[{"msg":"a"}]""", "a")]
    [InlineData("[2026] not an array", "[2026] not an array")]
    [InlineData("plain", "plain")]
    public void Parse_UnknownFormat_IsTold(string body, string expected) => Assert.Equal(expected, BodyOf(One(body, BodyFormat.Unknown)));

    [Fact]
    public void Parse_NothingReadable_IsRefusedWhole() => Assert.NotNull(Of("a\nb").Body.Fault);

    [Fact]
    public void Parse_MoreRecordsThanAllowed_IsTooLarge() =>
        Assert.True(Of("a\nb\nc", BodyFormat.Text, maxRecords: 2).Body.Fault!.IsTooLarge);

    [Fact]
    public void Parse_TooManyBrokenLines_StopsEarly()
    {
        var body = "{\"msg\":\"a\"}\n" + string.Concat(Enumerable.Repeat("{x}\n", BodyParser.MaxRejected + 1));
        Assert.NotNull(Of(body).Body.Fault);
    }

    [Theory]
    [InlineData("ERROR something", 17)]
    [InlineData("2026-11-20T10:00:00Z [main] WARN c.e.Foo - slow", 13)]
    [InlineData("[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok", 10)]
    [InlineData("081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1", 9)]
    [InlineData("error: cannot open", 17)]
    [InlineData("time=\"x\" level=warning msg=y", 13)]
    [InlineData("an error occurred", 0)]
    [InlineData("no level here at all", 0)]
    [InlineData("one two three four five six seven eight nine ERROR", 0)]
    public void Parse_TextLine_FindsTheLevelOnlyWhereItCannotBeProse(string line, int severity) =>
        Assert.Equal(severity, One(line, BodyFormat.Text).SeverityNumber);

    [Fact]
    public void Parse_TextLine_TakesItsHeaderApart()
    {
        var record = One("2026-11-20 10:00:00,123 [main] INFO  c.e.Shop - started  \r\n", BodyFormat.Text, zone: "+01:00");

        Assert.Equal(("started", "INFO"), (BodyOf(record), record.SeverityText));
        Assert.Equal(("2026-11-20T09:00:00.123000Z", LogRecordFlags.ZoneAssumed), (record.Timestamp.ToString(), record.Flags));
        Assert.Equal("""{"logger":"c.e.Shop","thread":"main"}""", AttributesOf(record));
    }

    [Fact]
    public void Parse_TextLineOfADaemon_NamesServiceHostAndProcess()
    {
        var record = Of("<13>Nov 20 10:00:00 web-1 sshd[4711]: closed\nplain", BodyFormat.Text, service: "system")[0];

        Assert.Equal(("sshd", "web-1", (byte)10, "closed"), (record.Service, record.Host, record.SeverityNumber, BodyOf(record)));
        Assert.Equal("""{"pid":"4711"}""", AttributesOf(record));
    }

    [Fact]
    public void Parse_LogfmtLine_KeepsItsOtherPairs()
    {
        var record = One("time=2026-11-20T10:00:00Z level=warn msg=\"say \\\"hi\\\"\" user=ada note=\"a b\" done", BodyFormat.Text);

        Assert.Equal(("say \"hi\"", (byte)13), (BodyOf(record), record.SeverityNumber));
        Assert.Equal("""{"user":"ada","note":"a b","done":""}""", AttributesOf(record));
    }

    [Fact]
    public void Parse_TextWithJsonLines_ReadsThemAsJson()
    {
        var lines = Of("{\"msg\":\"a\",\"level\":\"error\"}\n{broken}\nplain", BodyFormat.Text);

        Assert.Equal([("a", 17), ("{broken}", 0), ("plain", 0)], lines.Body.Records.Select(record => (BodyOf(record), (int)record.SeverityNumber)));
    }

    [Fact]
    public void Parse_TextWithUnknownColumns_KeepsTheHeader()
    {
        var lines = Of(string.Concat(Enumerable.Range(0, 20).Select(i => $"{i} node-1 action start 1795165650 1 member {i}\n")), BodyFormat.Text);

        Assert.Equal("member 7", BodyOf(lines[7]));
        Assert.Equal("""{"pid":"1","header":"7 node-1 action start 1795165650 1"}""", AttributesOf(lines[7]));
    }

    [Fact]
    public void Parse_LineOfAContainerThatWasCut_IsReadWhole()
    {
        const string prefix = "2026-11-20T10:15:30.123456789Z stdout";
        var lines = Of(
            $$"""
            {{prefix}} P 2026-11-20T10:15:29Z WARN slow{{" "}}
            {{prefix}} P answer of
            {{prefix}} F  17 s
            {{prefix}} P {"level":"error",
            {{prefix}} F "msg":"no"}
            {{prefix}} F 2026-11-20T10:15:31Z INFO on
            """, BodyFormat.Text);

        Assert.Equal(
            [("slow answer of 17 s", 13, 1), ("no", 17, 4), ("on", 9, 6)],
            lines.Body.Records.Select(record => (BodyOf(record), (int)record.SeverityNumber, record.Line)));
        Assert.Equal("2026-11-20T10:15:29.000000Z", lines[0].Timestamp.ToString());
    }

    [Fact]
    public void Parse_RecordOfJavaUtilLogging_IsOne()
    {
        var record = Assert.Single(Of("Nov 20, 2026 10:15:31 AM com.example.Shop place\r\nSEVERE: order 17 failed\r\n\tat a.B.c(B.java:1)\n", BodyFormat.Text).Body.Records);

        Assert.Equal(("2026-11-20T10:15:31.000000Z", 17, "SEVERE"), (record.Timestamp.ToString(), record.SeverityNumber, record.SeverityText));
        Assert.Equal(("order 17 failed\r\n\tat a.B.c(B.java:1)", """{"logger":"com.example.Shop place"}"""), (BodyOf(record), AttributesOf(record)));
    }

    [Fact]
    public void Parse_Ltsv_KeepsItsFields()
    {
        var record = One("time:2026-11-20T10:15:30Z\tlevel:WARN\thost:192.0.2.1\tmsg:slow: \"x\"\tms:17\tempty:", BodyFormat.Text);

        Assert.Equal(("slow: \"x\"", 13, null), (BodyOf(record), record.SeverityNumber, record.Host));
        Assert.Equal("""{"host":"192.0.2.1","ms":"17","empty":""}""", AttributesOf(record));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parse_Utf16_IsRefusedInWords(bool isBigEndian)
    {
        var encoding = new UnicodeEncoding(isBigEndian, byteOrderMark: true);
        Assert.Equal("it is UTF-16; only UTF-8 is read here", Of([.. encoding.GetPreamble(), .. encoding.GetBytes("a line\n")], BodyFormat.Text).Body.Fault?.Reason);
    }

    [Fact]
    public void Parse_LongAndBrokenTextLine_IsCutAndRepaired()
    {
        var lines = Of([.. Encoding.UTF8.GetBytes(new string('é', 2000)), 0, 0xFF, (byte)'\n', .. "next\0line"u8], BodyFormat.Text, maxLineBytes: 1025);

        Assert.Equal(new string('é', 512), BodyOf(lines[0]));
        Assert.True(lines[0].Flags.HasFlag(LogRecordFlags.Truncated));
        Assert.Equal("next\uFFFDline", BodyOf(lines[1]));
        Assert.True(lines[1].Flags.HasFlag(LogRecordFlags.NulReplaced));
    }
}
