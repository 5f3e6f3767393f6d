using System.Buffers;

namespace LogConsole.Ingestion;

/// <summary>A record as one JSON object in the ingest door's own field names.</summary>
public static class LogRecordJson
{
    /// <summary>Appends the object; parsing it at the door gives the same record.</summary>
    public static void Write(LogRecord record, IBufferWriter<byte> output) => output.Write(record.Body.Span);
}
