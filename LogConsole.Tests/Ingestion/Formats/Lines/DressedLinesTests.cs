using LogConsole.Ingestion.Formats;

namespace LogConsole.Tests.Ingestion.Formats.Lines;

/// <summary>Time and level behind colours, within groups, joined by signs.</summary>
public sealed class DressedLinesTests
{
    private static readonly string[] s_messages = ["order placed id=545", "Disk full", "GET /health 200 id=491", "slow query took 900 ms id=174", "retry scheduled in five seconds"];

    [Theory]
    [InlineData("\u001b[2m2026-11-20 10:15:02.123\u001b[0;39m \u001b[31mERROR\u001b[0;39m \u001b[35m1\u001b[0;39m \u001b[2m---\u001b[0;39m \u001b[2m[main]\u001b[0;39m \u001b[36mc.e.Shop\u001b[0;39m \u001b[2m:\u001b[0;39m {0}", "ERROR")]
    [InlineData("\u001b[2m2026-11-20T10:15:02.123Z\u001b[0m \u001b[31mERROR\u001b[0m \u001b[2mshop::orders\u001b[0m\u001b[2m:\u001b[0m {0}", "ERROR")]
    [InlineData("2026-11-20T10:15:02.123Z \u001b[31merror\u001b[39m: {0}", "error")]
    [InlineData("ERROR:2026-11-20 10:15:02,123:{0}", "ERROR")]
    [InlineData("####<Nov 20, 2026 10:15:02.123 AM UTC> <Error> <Deployer> <host1> <{0}>", "Error")]
    [InlineData("[11/20/26 10:15:02:123 UTC] 0000004a SystemOut     E {0}", "E")]
    [InlineData("[2026-11-20 10:15:02.123] [Server thread/ERROR]: {0}", "ERROR")]
    [InlineData("2026-11-20 10:15:02.123 UTC [4711] ERROR:  {0}", "ERROR")]
    public void Parse_Lines_TimeAndLevelAreFound(string format, string level)
    {
        var lines = Enumerable.Range(0, 50).Select(i => string.Format(null, format, s_messages[i % s_messages.Length])).ToArray();
        var parsed = ParsedLines.Of(string.Join('\n', lines), BodyFormat.Text);
        for (var i = 0; i < lines.Length; i++)
        {
            var body = ParsedLines.BodyOf(parsed[i]);
            Assert.Equal(("2026-11-20T10:15:02.123000Z", level), (parsed[i].Timestamp.ToString(), parsed[i].SeverityText));
            Assert.True(format.StartsWith('#') ? body.Contains(s_messages[i % s_messages.Length], StringComparison.Ordinal) : body == s_messages[i % s_messages.Length], body);
        }
    }

    [Theory]
    [InlineData("2026-11-20 10:15:02 UTC [4711] DEBUG1:  parse", "DEBUG1", "parse", "{\"pid\":\"4711\"}")]
    [InlineData("[10:15:02] [main/ERROR]: no", "ERROR", "no", "{\"thread\":\"main\"}")]
    [InlineData("10:15:02 slow query took 900 ms", null, "slow query took 900 ms", "")]
    [InlineData("2026-11-20 10:15:02 order [main] took 900 ms", null, "order [main] took 900 ms", "")]
    [InlineData("2026-11-20 10:15:02 broken \u001b[3", null, "broken \u001b[3", "")]
    public void Parse_LineAlone_IsRead(string line, string? level, string body, string attributes)
    {
        var record = ParsedLines.One(line, BodyFormat.Text);
        Assert.Equal((level, body, attributes), (record.SeverityText, ParsedLines.BodyOf(record), ParsedLines.AttributesOf(record)));
    }

    [Theory]
    [InlineData("{\"seconds\":1795169700,\"nanos\":5}", "2026-11-20T10:15:00.000000005Z")]
    [InlineData("{\"seconds\":\"1795169700\"}", "2026-11-20T10:15:00.000000Z")]
    public void Parse_TimeInSecondsAndNanos_IsRead(string time, string expected) =>
        Assert.Equal(expected, ParsedLines.One($"{{\"severity\":\"INFO\",\"message\":\"m\",\"timestamp\":{time}}}").Timestamp.ToString());
}
