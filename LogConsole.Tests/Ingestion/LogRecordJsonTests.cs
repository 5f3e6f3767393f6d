using System.Buffers;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using LogConsole.Tests.Ingestion.Formats;

namespace LogConsole.Tests.Ingestion;

public sealed class LogRecordJsonTests
{
    public static TheoryData<string> Lines =>
    [
        """{"ts":"2026-11-20T10:00:00.123456789Z","level":"WARN","msg":"a \"b\" \\ \n \u0001 é 😀","service":"s","host":"h","k":[1,{"x":null}],"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"b7ad6b7169203331"}""",
        """{"msg":"no time, no service"}""",
        """{"ts":"2026-11-20 10:00:00","msg":"zone assumed\u0000"}""",
        """{"ts":-1,"msg":"raw time","level":"odd"}""",
        """{"ts":"2020-01-01T00:00:00Z","msg":"far past","resource":{"service.name":"r"},"scope":{"name":"l"},"severityNumber":11}""",
        """{"msg":"own names inside","attributes":{"msg":"inner","level":"error","attributes":{"a":1}},"logconsole.flags":3}""",
        """{"k":1}""",
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Write_ReadAgain_GivesTheSameRecord(string line)
    {
        var record = ParsedLines.One(line);

        var again = WriteAndRead(record);

        Assert.Equal(Shown(record), Shown(again));
    }

    [Fact]
    public void Write_TruncatedRecord_KeepsItsFlag()
    {
        var record = ParsedLines.One(new string('x', 3000), BodyFormat.Text, maxLineBytes: 1024);
        Assert.True(WriteAndRead(record).Flags.HasFlag(LogRecordFlags.Truncated));
    }

    private static LogRecord WriteAndRead(LogRecord record)
    {
        var json = new ArrayBufferWriter<byte>();
        LogRecordJson.Write(record, json);
        var context = new RecordContext { Arrival = record.ObservedTimestamp, Zone = SourceZone.Utc, IsOwnStore = true, Limits = new IngestionOptions() };
        return Assert.Single(ParsedLines.Of(json.WrittenSpan.ToArray(), BodyFormat.NewlineDelimited, context).Body.Records);
    }

    private static string Shown(LogRecord record) => string.Join('|',
        record.Timestamp,
        record.ObservedTimestamp,
        record.SeverityNumber,
        record.SeverityText,
        record.Service,
        record.Host,
        ParsedLines.BodyOf(record),
        ParsedLines.AttributesOf(record),
        record.Resource?.Id,
        record.Scope?.Id,
        record.TraceId,
        record.SpanId,
        record.Flags);
}
