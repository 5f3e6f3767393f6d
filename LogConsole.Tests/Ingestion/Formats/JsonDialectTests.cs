using LogConsole.Ingestion;
using static LogConsole.Tests.Ingestion.Formats.ParsedLines;

namespace LogConsole.Tests.Ingestion.Formats;

/// <summary>JSON records of systems with names of their own.</summary>
public sealed class JsonDialectTests
{
    [Theory]
    [InlineData("F", 21)]
    [InlineData("E", 17)]
    [InlineData("W", 13)]
    [InlineData("I", 9)]
    [InlineData("D1", 5)]
    [InlineData("D5", 5)]
    public void Parse_MongoDb_HasTimeLevelAndComponent(string level, int severity)
    {
        var record = One($$$"""{"t":{"$date":"2026-11-20T10:15:30.123+00:00"},"s":"{{{level}}}","c":"NETWORK","id":22943,"ctx":"listener","msg":"Connection accepted","attr":{"remote":"192.0.2.1:5000"}}""");

        Assert.Equal(("2026-11-20T10:15:30.123000Z", severity, level, "Connection accepted"), (record.Timestamp.ToString(), record.SeverityNumber, record.SeverityText, BodyOf(record)));
        Assert.Equal(("""{"logger":"NETWORK","id":22943,"ctx":"listener","attr":{"remote":"192.0.2.1:5000"}}""", LogRecordFlags.None), (AttributesOf(record), record.Flags));
    }

    [Fact]
    public void Parse_LettersOfAnotherRecord_AreItsOwn()
    {
        var record = One("""{"msg":"m","t":17,"s":"E","c":"x","priority":3}""");
        Assert.Equal((0, """{"t":17,"s":"E","c":"x","priority":3}"""), (record.SeverityNumber, AttributesOf(record)));
    }

    [Fact]
    public void Parse_Journal_HasTimeSeverityServiceAndHost()
    {
        var record = One("""{"__REALTIME_TIMESTAMP":"1795165650123456","PRIORITY":"3","MESSAGE":"Failed password","SYSLOG_IDENTIFIER":"sshd","_SYSTEMD_UNIT":"ssh.service","_HOSTNAME":"web-1","_PID":"4711"}""");

        Assert.Equal(("2026-11-20T09:07:30.123456Z", (byte)17, "Failed password"), (record.Timestamp.ToString(), record.SeverityNumber, BodyOf(record)));
        Assert.Equal(("sshd", "web-1", LogRecordFlags.None), (record.Service, record.Host, record.Flags));
        Assert.Equal("""{"PRIORITY":"3","_SYSTEMD_UNIT":"ssh.service","pid":"4711"}""", AttributesOf(record));
        Assert.Equal("ssh.service", One("""{"__REALTIME_TIMESTAMP":"1795165650123456","MESSAGE":"m","_SYSTEMD_UNIT":"ssh.service"}""").Service);
    }

    [Fact]
    public void Parse_WindowsEvent_TakesTheLevelsName()
    {
        var record = One("""{"TimeCreated":"2026-11-20T10:15:30Z","Id":7036,"Level":4,"LevelDisplayName":"Warning","Message":"stopped"}""");

        Assert.Equal(("2026-11-20T10:15:30.000000Z", (byte)13, "Warning", "stopped"), (record.Timestamp.ToString(), record.SeverityNumber, record.SeverityText, BodyOf(record)));
        Assert.Equal("""{"Id":7036,"Level":4}""", AttributesOf(record));
    }

    [Fact]
    public void Parse_EventTime_IsATime() =>
        Assert.Equal("2026-11-20T10:15:30.000000Z", One("""{"eventTime":"2026-11-20T10:15:30Z","eventName":"PutObject"}""").Timestamp.ToString());

    [Theory]
    [InlineData("""{"textPayload":"slow","severity":"WARNING","timestamp":"2026-11-20T10:15:30Z","logName":"projects/p/logs/stdout"}""", """{"logName":"projects/p/logs/stdout"}""")]
    [InlineData("""{"jsonPayload":{"message":"slow","order":17},"severity":"WARNING","timestamp":"2026-11-20T10:15:30Z","logName":"projects/p/logs/stdout"}""", """{"jsonPayload.order":17,"logName":"projects/p/logs/stdout"}""")]
    public void Parse_GoogleCloud_TakesThePayloadsMessage(string line, string attributes)
    {
        var record = One(line);
        Assert.Equal(("slow", (byte)13, attributes), (BodyOf(record), record.SeverityNumber, AttributesOf(record)));
    }

    [Fact]
    public void Parse_AuditLevel_IsNoSeverity()
    {
        var record = One("""{"kind":"Event","level":"Metadata","verb":"get","requestReceivedTimestamp":"2026-11-20T10:15:30.1Z","stageTimestamp":"2026-11-20T10:15:30.2Z"}""");

        Assert.Equal((0, null, "2026-11-20T10:15:30.200000Z"), (record.SeverityNumber, record.SeverityText, record.Timestamp.ToString()));
        Assert.Equal("""{"kind":"Event","level":"Metadata","verb":"get","requestReceivedTimestamp":"2026-11-20T10:15:30.1Z"}""", AttributesOf(record));
        Assert.Equal(9, One("""{"level":"info","code":7}""").SeverityNumber);
    }
}
