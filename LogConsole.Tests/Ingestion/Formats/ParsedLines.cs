using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;

namespace LogConsole.Tests.Ingestion.Formats;

/// <summary>Reads bodies as the door does, with a fixed clock, and shows records as plain values.</summary>
internal sealed class ParsedLines
{
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private ParsedLines(ParsedBody body) => Body = body;

    public ParsedBody Body { get; }

    public LogRecord this[int index] => Body.Records[index];

    public static ParsedLines Of(
        string body, BodyFormat format = BodyFormat.NewlineDelimited, string zone = "UTC", string? service = null, int maxLineBytes = 1 << 20, int maxRecords = 100_000) =>
        Of(Encoding.UTF8.GetBytes(body), format, zone, service, maxLineBytes, maxRecords);

    public static ParsedLines Of(
        byte[] body, BodyFormat format = BodyFormat.NewlineDelimited, string zone = "UTC", string? service = null, int maxLineBytes = 1 << 20, int maxRecords = 100_000)
    {
        Assert.True(SourceZone.TryParse(zone, out var sourceZone));
        return Of(body, format, new RecordContext
        {
            Arrival = LogTimestamp.From(Now),
            Zone = sourceZone,
            DefaultService = service,
            Limits = new IngestionOptions { MaxLineBytes = maxLineBytes },
        }, maxRecords);
    }

    public static ParsedLines Of(byte[] body, BodyFormat format, RecordContext context, int maxRecords = 100_000)
    {
        var names = new Utf8Interner();
        return new ParsedLines(new BodyParser(context, new RecordArena(), names, new SharedJsonCache(names, context.Limits.MaxAttributesBytes), maxRecords).Parse(body, format));
    }

    /// <summary>The only record of a body.</summary>
    public static LogRecord One(string body, BodyFormat format = BodyFormat.NewlineDelimited, string zone = "UTC", int maxLineBytes = 1 << 20)
    {
        var lines = Of(body, format, zone, maxLineBytes: maxLineBytes);
        Assert.Null(lines.Body.Fault);
        Assert.Empty(lines.Body.Errors);
        return Assert.Single(lines.Body.Records);
    }

    public static string BodyOf(LogRecord record) => Encoding.UTF8.GetString(record.Body.Span);

    public static string AttributesOf(LogRecord record) => Encoding.UTF8.GetString(record.Attributes.Span);
}
