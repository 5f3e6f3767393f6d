using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Pipeline;

namespace LogConsole.Logs;

/// <summary>A batch's records as rows of <c>logs</c> in binary COPY format, in the order of <see cref="LogColumns"/>.</summary>
internal static class LogRowEncoder
{
    /// <summary>Appends the row of one record.</summary>
    public static void Write(PgBinaryWriter writer, LogBatch batch, int index, long id)
    {
        var record = batch.Records[index];
        var flags = record.Flags | batch.Flags[index];
        writer.Row(LogColumns.Count);
        writer.Int64(id);
        writer.Timestamp(record.Timestamp.UnixMicroseconds);
        writer.Timestamp(record.ObservedTimestamp.UnixMicroseconds);
        WriteIds(writer, record);
        writer.Int32(batch.ServiceIds[index]);
        if (batch.TemplateIds[index] == 0)
        {
            writer.Null();
        }
        else
        {
            writer.Int32(batch.TemplateIds[index]);
        }

        writer.Int16(batch.SourceIds[batch.DeliveryOf[index]]);
        writer.Int16(record.Timestamp.Nanoseconds);
        writer.Int16(record.SeverityNumber);
        writer.Int16((short)flags);
        writer.Text(record.SeverityText);
        writer.Text(record.Host);
        writer.Utf8(record.Body.Span);
        WriteAttributes(writer, record, flags);
    }

    private static void WriteIds(PgBinaryWriter writer, LogRecord record)
    {
        if (record.TraceId.IsEmpty)
        {
            writer.Null();
        }
        else
        {
            writer.Uuid(record.TraceId.High, record.TraceId.Low);
        }

        WriteOrNull(writer, (long)record.SpanId);
        WriteOrNull(writer, record.Resource?.Id ?? 0);
        WriteOrNull(writer, record.Scope?.Id ?? 0);
    }

    private static void WriteOrNull(PgBinaryWriter writer, long value)
    {
        if (value == 0)
        {
            writer.Null();
        }
        else
        {
            writer.Int64(value);
        }
    }

    private static void WriteAttributes(PgBinaryWriter writer, LogRecord record, LogRecordFlags flags)
    {
        var attributes = record.Attributes.Span;
        if (flags.HasFlag(LogRecordFlags.ServiceFolded))
        {
            // {"service.name":"x" + , + the rest of the object behind its brace
            var name = JsonSerializer.SerializeToUtf8Bytes(record.Service);
            byte[] head = [.. "{\"service.name\":"u8, .. name, .. attributes.Length > 2 ? ","u8 : "}"u8];
            writer.Jsonb(head, attributes.Length > 2 ? attributes[1..] : []);
        }
        else if (attributes.IsEmpty)
        {
            writer.Null();
        }
        else
        {
            writer.Jsonb(attributes, []);
        }
    }
}
