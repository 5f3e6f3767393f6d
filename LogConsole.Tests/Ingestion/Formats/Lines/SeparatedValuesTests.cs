using LogConsole.Ingestion.Formats;

namespace LogConsole.Tests.Ingestion.Formats.Lines;

public sealed class SeparatedValuesTests
{
    private static readonly string[] s_messages = ["order placed id=545", "no stock, again; and again", "user \"ada\" is gone", "config reloaded", "GET /health 200 id=4", "shutting down"];

    [Theory]
    [InlineData("2026-11-20 10:15:00.123 UTC,\"app\",\"shop\",4711,\"10.0.0.7:4000\",64f.12,{1},\"SELECT\",2026-11-20 10:14:00 UTC,3/42,0,ERROR,42P01,\"{0}\",,,,,,\"SELECT * FROM t{1}\",,,\"psql\",\"client backend\",,0")]
    [InlineData("2026-11-20 10:15:00.123 UTC,,,4711,,64f.12,{1},,2026-11-20 10:14:00 UTC,,0,ERROR,00000,\"{0}\",,,,,,,,,\"\",\"checkpointer\",,0")]
    [InlineData("\"2026-11-20 10:15:00.123\",\"ERROR\",\"shop\",\"{0}\"")]
    [InlineData("\"shop\";\"2026-11-20 10:15:00.123\";\"ERROR\";\"{0}\"")]
    [InlineData("{1},\"ERROR\",\"10:15:00.123\",\"2026-11-20\",shop,\"{0}\",\"worker 7\"")]
    [InlineData("\"2026-11-20 10:15:00.123\"|\"ERROR\"|\"shop\"|\"{0}\"")]
    public void Parse_QuotedColumns_AreFound(string format)
    {
        var lines = Enumerable.Range(0, 60).Select(i => string.Format(null, format, s_messages[i % s_messages.Length].Replace("\"", "\"\"", StringComparison.Ordinal), i)).ToArray();
        var parsed = ParsedLines.Of(string.Join('\n', lines), BodyFormat.Text);
        for (var i = 0; i < lines.Length; i++)
        {
            Assert.Equal(
                ("2026-11-20T10:15:00.123000Z", "ERROR", s_messages[i % s_messages.Length]),
                (parsed[i].Timestamp.ToString(), parsed[i].SeverityText, ParsedLines.BodyOf(parsed[i])));
            Assert.Contains("shop", ParsedLines.AttributesOf(parsed[i]) + (lines[i].Contains("shop", StringComparison.Ordinal) ? "" : "shop"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("\"2026-11-20 10:15:02\",\"ERROR\",\"shop\",\"say \"\"hi\"\", x\"", "say \"hi\", x", "{\"logger\":\"shop\"}")]
    [InlineData("7;2026-11-20 10:15:02;ERROR;shop;no stock", "no stock", "{\"logger\":\"shop\",\"header\":\"7;2026-11-20 10:15:02;ERROR;shop;\"}")]
    [InlineData("7;2026-11-20 10:15:02;ERROR;shop;msg", "msg", "{\"logger\":\"shop\",\"header\":\"7;2026-11-20 10:15:02;ERROR;shop;\"}")]
    [InlineData("\"2026-11-20 10:15:02\",\"ERROR\",\"shop\",\"no stock\",\"tail\"", "no stock", "{\"logger\":\"shop\",\"header\":\"\\\"2026-11-20 10:15:02\\\",\\\"ERROR\\\",\\\"shop\\\",\\\"\",\"trailer\":\"\\\",\\\"tail\\\"\"}")]
    [InlineData("\"2026-11-20 10:15:02\",\"ERROR\",\"17\",\"18\"", "\"2026-11-20 10:15:02\",\"ERROR\",\"17\",\"18\"", "")]
    [InlineData("\"2026-11-20 10:15:02\",\"ERROR\",\"shop\",\"open", "open", "{\"logger\":\"shop\"}")]
    public void Parse_LineOfColumnsAlone_LosesNothing(string line, string body, string attributes)
    {
        var record = ParsedLines.One(line, BodyFormat.Text);
        Assert.Equal(
            ("2026-11-20T10:15:02.000000Z", "ERROR", body, attributes),
            (record.Timestamp.ToString(), record.SeverityText, ParsedLines.BodyOf(record), ParsedLines.AttributesOf(record)));
    }
}
