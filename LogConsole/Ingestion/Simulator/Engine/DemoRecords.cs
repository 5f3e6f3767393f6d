using System.Buffers;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>Records in order of time with the buffers their text stands in. Dispose once nobody reads the records any more.</summary>
public sealed class DemoRecords : IDisposable
{
    private readonly List<LogRecord> _records = [];
    private readonly List<byte[]> _buffers = [];

    /// <summary>In order of event time.</summary>
    public IReadOnlyList<LogRecord> Records => _records;

    /// <summary>Bytes of memory the buffers hold.</summary>
    public long SizeBytes { get; private set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in _buffers)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        _buffers.Clear();
        _records.Clear();
        SizeBytes = 0;
    }

    internal void Add(in PendingLine line, byte[] bytes, LogTimestamp? observed)
    {
        var time = new LogTimestamp(line.TimeMicros);
        _records.Add(new LogRecord
        {
            Timestamp = time,
            ObservedTimestamp = observed ?? time,
            SeverityNumber = line.Message.Severity,
            SeverityText = line.Message.SeverityText,
            Service = line.Message.Service.Name,
            Host = line.Host,
            Body = bytes.AsMemory(line.Start, line.BodyLength),
            Attributes = bytes.AsMemory(line.Start + line.BodyLength, line.AttributesLength),
            TraceId = line.TraceId,
            SpanId = line.SpanId,
            Line = _records.Count + 1,
        });
    }

    internal void Own(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            _buffers.Add(buffer);
            SizeBytes += buffer.Length;
        }
    }
}
