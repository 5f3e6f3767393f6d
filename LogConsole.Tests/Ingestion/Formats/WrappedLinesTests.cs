using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using static LogConsole.Tests.Ingestion.Formats.ParsedLines;

namespace LogConsole.Tests.Ingestion.Formats;

/// <summary>Lines that container runtimes put a prefix before, or an object around.</summary>
public sealed class WrappedLinesTests
{
    [Theory]
    [InlineData("""{"level": "info", "ts": 1795165650.1, "msg": "hello", "ms": 17}""", "2026-11-20T09:07:30.100000Z")]
    [InlineData("""{"level":"info","time":"2026-11-20T10:15:29Z","msg":"hello","ms":17}""", "2026-11-20T10:15:29.000000Z")]
    [InlineData("""{"level":"info","time":"2026-11-20 11:15:29","msg":"hello","ms":17}""", "2026-11-20T10:15:30.123456789Z")]
    [InlineData("""{"level":"info","msg":"hello","ms":17}""", "2026-11-20T10:15:30.123456789Z")]
    public void Parse_ObjectBehindAPrefix_IsReadAsOne(string inner, string time)
    {
        var record = One($"2026-11-20T10:15:30.123456789Z stdout F {inner}\n", BodyFormat.Text);

        Assert.Equal((time, 9, "info", "hello"), (record.Timestamp.ToString(), record.SeverityNumber, record.SeverityText, BodyOf(record)));
        Assert.Equal(("""{"ms":17}""", LogRecordFlags.None), (AttributesOf(record), record.Flags));
    }

    [Fact]
    public void Parse_BrokenObjectBehindAPrefix_IsText()
    {
        var record = One("2026-11-20T10:15:30.123456789Z stdout F {broken}", BodyFormat.Text);
        Assert.Equal(("2026-11-20T10:15:30.123456789Z", "{broken}"), (record.Timestamp.ToString(), BodyOf(record)));
    }

    [Theory]
    [InlineData(nameof(BodyFormat.Text))]
    [InlineData(nameof(BodyFormat.NewlineDelimited))]
    [InlineData(nameof(BodyFormat.Unknown))]
    public void Parse_ObjectAroundATextLine_ReadsTheLine(string format)
    {
        var record = One(Docker("2026-11-20 10:15:30,123 [main] WARN  c.e.Shop - slow\n"), Enum.Parse<BodyFormat>(format));

        Assert.Equal(("slow", (byte)13, "WARN"), (BodyOf(record), record.SeverityNumber, record.SeverityText));
        Assert.Equal(("2026-11-20T10:15:31.500000Z", LogRecordFlags.None), (record.Timestamp.ToString(), record.Flags));
        Assert.Equal("""{"stream":"stderr","logger":"c.e.Shop","thread":"main"}""", AttributesOf(record));
    }

    [Fact]
    public void Parse_ObjectAroundALineWithAZone_TakesItsTime() =>
        Assert.Equal("2026-11-20T09:15:30.000000Z", One(Docker("2026-11-20T10:15:30+01:00 INFO hello\n")).Timestamp.ToString());

    [Fact]
    public void Parse_ObjectAroundAnObject_IsReadToItsEnd()
    {
        var record = One(Docker("""{"level":"error","msg":"failed","service":"shop","order":17}""" + "\r\n"));

        Assert.Equal(("failed", (byte)17, "shop"), (BodyOf(record), record.SeverityNumber, record.Service));
        Assert.Equal(("2026-11-20T10:15:31.500000Z", """{"stream":"stderr","order":17}"""), (record.Timestamp.ToString(), AttributesOf(record)));
        Assert.Equal("failed", BodyOf(One(Docker(Docker("""{"msg":"failed"}""")))));
    }

    [Theory]
    [InlineData("plain\n", "plain")]
    [InlineData("  indented\n", "  indented")]
    [InlineData("\n", "")]
    [InlineData("", "")]
    public void Parse_ObjectAroundALineThatSaysNothing_KeepsWhatTheObjectSays(string line, string body)
    {
        var record = One(Docker(line));
        Assert.Equal((body, "2026-11-20T10:15:31.500000Z", LogRecordFlags.None), (BodyOf(record), record.Timestamp.ToString(), record.Flags));
        Assert.Equal("""{"stream":"stderr"}""", AttributesOf(record));
    }

    [Fact]
    public void Parse_LogWithoutAStream_IsAMessage() => Assert.Equal("WARN slow", BodyOf(One("""{"log":"WARN slow","stream":"orders"}""")));

    [Fact]
    public void Parse_BothAttributesBeyondTheLimit_KeepsTheLinesOwn()
    {
        var text = new string('a', 150_000);
        var record = One($$"""{"log":"{\"msg\":\"m\",\"b\":\"{{text}}\"}","stream":"stdout","a":"{{text}}"}""");

        Assert.Equal(($$"""{"b":"{{text}}"}""", true), (AttributesOf(record), record.Flags.HasFlag(LogRecordFlags.Truncated)));
    }

    private static string Docker(string line) => $$"""{"log":{{JsonSerializer.Serialize(line)}},"stream":"stderr","time":"2026-11-20T10:15:31.5Z"}""";
}
