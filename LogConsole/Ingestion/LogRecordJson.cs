using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion;

/// <summary>
/// A record as one JSON object in the ingest door's own field names. Read again with the record's arrival time it gives the same record;
/// dead letters are kept in this form. Pure.
/// </summary>
public static class LogRecordJson
{
    /// <summary>Writes the record without a line end. Attributes and resources are copied as they are, valid or not.</summary>
    public static void Write(LogRecord record, IBufferWriter<byte> writer)
    {
        writer.Write("{\"service\":"u8);
        JsonText.WriteString(writer, record.Service);
        if (!record.Flags.HasFlag(LogRecordFlags.TimestampMissing))
        {
            WriteText(writer, "timestamp"u8, record.Timestamp.ToString());
        }

        WriteText(writer, "severityText"u8, record.SeverityText);
        WriteText(writer, "host"u8, record.Host);
        if (record.SeverityNumber != 0)
        {
            WriteName(writer, "severityNumber"u8);
            WriteNumber(writer, record.SeverityNumber);
        }

        if (!record.TraceId.IsEmpty)
        {
            WriteText(writer, "traceId"u8, record.TraceId.ToString());
        }

        if (record.SpanId != 0)
        {
            WriteText(writer, "spanId"u8, record.SpanId.ToString("x16", CultureInfo.InvariantCulture));
        }

        if (record.Flags != LogRecordFlags.None)
        {
            WriteName(writer, "logconsole.flags"u8);
            WriteNumber(writer, (long)record.Flags);
        }

        WriteJson(writer, "attributes"u8, record.Attributes.Span);
        WriteJson(writer, "resource"u8, record.Resource is { } resource ? resource.Json.Span : default);
        WriteJson(writer, "scope"u8, record.Scope is { } scope ? scope.Json.Span : default);
        WriteName(writer, "body"u8);
        JsonText.WriteString(writer, record.Body.Span);
        writer.Write("}"u8);
    }

    private static void WriteText(IBufferWriter<byte> writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            WriteName(writer, name);
            JsonText.WriteString(writer, text);
        }
    }

    private static void WriteJson(IBufferWriter<byte> writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> json)
    {
        if (!json.IsEmpty)
        {
            WriteName(writer, name);
            writer.Write(json);
        }
    }

    private static void WriteNumber(IBufferWriter<byte> writer, long number)
    {
        Utf8Formatter.TryFormat(number, writer.GetSpan(20), out var written);
        writer.Advance(written);
    }

    // The service always stands before it.
    private static void WriteName(IBufferWriter<byte> writer, ReadOnlySpan<byte> name)
    {
        writer.Write(",\""u8);
        writer.Write(name);
        writer.Write("\":"u8);
    }
}
