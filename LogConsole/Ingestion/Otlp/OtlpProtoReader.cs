using System.Buffers.Text;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Formats.Proto;

namespace LogConsole.Ingestion.Otlp;

/// <summary>
/// OTLP's <c>ExportLogsServiceRequest</c> (opentelemetry/proto/collector/logs/v1) in protobuf to records. Each <c>LogRecord</c> is rewritten as the JSON of the
/// same meaning and read as that, so that both encodings of one record give the same row. What is no such message is refused whole. Pure but for the arena.
/// </summary>
internal sealed class OtlpProtoReader(RecordArena arena, OtlpRecords records)
{
    private delegate bool Part(ReadOnlySpan<byte> message);

    /// <summary>Reads the request; the records' text points into the arena.</summary>
    public ParsedBody Read(ReadOnlySpan<byte> request)
    {
        if (!TryEach(request, field: 1, TryResourceLogs))
        {
            records.Parsed.Fault ??= new BodyFault(false, "not a valid ExportLogsServiceRequest: the protobuf message is broken");
        }

        return records.Parsed;
    }

    /// <summary>How many records a request has, up to where it is broken.</summary>
    public static long Count(ReadOnlySpan<byte> request) => Count(request, [1, 2, 2]);

    private static long Count(ReadOnlySpan<byte> message, ReadOnlySpan<int> path)
    {
        long count = 0;
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (reader.Is(path[0], ProtoWire.Bytes))
            {
                count += path.Length == 1 ? 1 : Count(reader.Bytes, path[1..]);
            }
        }

        return count;
    }

    // ResourceLogs: what describes the records may stand behind them.
    private bool TryResourceLogs(ReadOnlySpan<byte> message)
    {
        if (!TryLast(message, field: 1, out var resource) || !TryShared(resource, ScopeFields.None, out var json))
        {
            return false;
        }

        records.Resource(json.Span);
        return TryEach(message, field: 2, TryScopeLogs);
    }

    private bool TryScopeLogs(ReadOnlySpan<byte> message)
    {
        if (!TryLast(message, field: 1, out var scope) || !TryShared(scope, ScopeFields.Names, out var json))
        {
            return false;
        }

        records.Scope(json.Span);
        return TryEach(message, field: 2, TryRecord);
    }

    private bool TryRecord(ReadOnlySpan<byte> message)
    {
        var fields = default(RecordFields);
        if (!fields.TryRead(message))
        {
            return false;
        }

        var flags = LogRecordFlags.None;
        arena.Begin();
        var json = new JsonLine(arena);
        json.Number("timeUnixNano"u8, fields.Time);
        json.Number("observedTimeUnixNano"u8, fields.Observed);
        json.Number("severityNumber"u8, fields.Severity);
        json.Text("severityText"u8, fields.SeverityText, ref flags);
        json.Hex("traceId"u8, fields.TraceId);
        json.Hex("spanId"u8, fields.SpanId);
        json.Number("flags"u8, fields.TraceFlags);
        json.Text("eventName"u8, fields.EventName, ref flags);
        json.Number("droppedAttributesCount"u8, fields.Dropped);
        if (fields.HasBody)
        {
            json.Name("body"u8);
            if (!OtlpValues.TryWriteValue(arena, fields.Body, ref flags))
            {
                return false;
            }
        }

        json.Name("attributes"u8);
        if (!OtlpValues.TryWriteObject(arena, message, field: 6, ref flags))
        {
            return false;
        }

        json.End();
        return records.TryAdd(arena.End(), flags);
    }

    // Resource (attributes 1, dropped 2) and InstrumentationScope (name 1, version 2, attributes 3, dropped 4).
    private bool TryShared(ReadOnlySpan<byte> message, ScopeFields names, out ReadOnlyMemory<byte> written)
    {
        written = default;
        if (message.IsEmpty)
        {
            return true;
        }

        var flags = LogRecordFlags.None;
        arena.Begin();
        var json = new JsonLine(arena);
        var attributes = names == ScopeFields.Names ? 3 : 1;
        ulong dropped = 0;
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (names == ScopeFields.Names && reader.Is(1, ProtoWire.Bytes))
            {
                json.Text("name"u8, reader.Bytes, ref flags);
            }
            else if (names == ScopeFields.Names && reader.Is(2, ProtoWire.Bytes))
            {
                json.Text("version"u8, reader.Bytes, ref flags);
            }
            else if (reader.Is(attributes + 1, ProtoWire.Varint))
            {
                dropped = reader.Number;
            }
        }

        if (reader.IsBroken || !OtlpValues.TryWriteMembers(arena, message, attributes, ref json.IsFirst, ref flags))
        {
            return false;
        }

        json.Number("droppedAttributesCount"u8, dropped);
        json.End();
        written = arena.End();
        return true;
    }

    private static bool TryEach(ReadOnlySpan<byte> message, int field, Part part)
    {
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (reader.Is(field, ProtoWire.Bytes) && !part(reader.Bytes))
            {
                return false;
            }
        }

        return !reader.IsBroken;
    }

    // Of a field that is written more than once the last one counts: merging them, as protobuf would, nobody needs.
    private static bool TryLast(ReadOnlySpan<byte> message, int field, out ReadOnlySpan<byte> found)
    {
        found = default;
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            found = reader.Is(field, ProtoWire.Bytes) ? reader.Bytes : found;
        }

        return !reader.IsBroken;
    }

    private enum ScopeFields
    {
        None,
        Names,
    }

    // The scalar fields of a LogRecord.
    private ref struct RecordFields
    {
        public ulong Time;
        public ulong Observed;
        public ulong Severity;
        public ulong TraceFlags;
        public ulong Dropped;
        public bool HasBody;
        public ReadOnlySpan<byte> SeverityText;
        public ReadOnlySpan<byte> Body;
        public ReadOnlySpan<byte> TraceId;
        public ReadOnlySpan<byte> SpanId;
        public ReadOnlySpan<byte> EventName;

        public bool TryRead(ReadOnlySpan<byte> message)
        {
            var reader = new ProtoReader(message);
            while (reader.Read())
            {
                switch (reader.Field, reader.Wire)
                {
                    case (1, ProtoWire.Fixed64): Time = reader.Number; break;
                    case (11, ProtoWire.Fixed64): Observed = reader.Number; break;
                    case (2, ProtoWire.Varint): Severity = reader.Number; break;
                    case (3, ProtoWire.Bytes): SeverityText = reader.Bytes; break;
                    case (5, ProtoWire.Bytes): Body = reader.Bytes; HasBody = true; break;
                    case (7, ProtoWire.Varint): Dropped = reader.Number; break;
                    case (8, ProtoWire.Fixed32): TraceFlags = reader.Number; break;
                    case (9, ProtoWire.Bytes): TraceId = reader.Bytes; break;
                    case (10, ProtoWire.Bytes): SpanId = reader.Bytes; break;
                    case (12, ProtoWire.Bytes): EventName = reader.Bytes; break;
                }
            }

            return !reader.IsBroken;
        }
    }

    // An object that is being written; what protobuf leaves out when it is zero or empty is left out here.
    private ref struct JsonLine
    {
        private readonly RecordArena _arena;
        public bool IsFirst;

        public JsonLine(RecordArena arena)
        {
            (_arena, IsFirst) = (arena, true);
            arena.Write((byte)'{');
        }

        public void Name(ReadOnlySpan<byte> name)
        {
            _arena.Write(IsFirst ? "\""u8 : ",\""u8);
            _arena.Write(name);
            _arena.Write("\":"u8);
            IsFirst = false;
        }

        // As text, like OTLP/JSON's 64-bit numbers, where it is a time.
        public void Number(ReadOnlySpan<byte> name, ulong value)
        {
            if (value == 0)
            {
                return;
            }

            Name(name);
            var isTime = name.EndsWith("UnixNano"u8);
            _arena.Write(isTime ? "\""u8 : default);
            Utf8Formatter.TryFormat(value, _arena.GetSpan(20), out var length);
            _arena.Advance(length);
            _arena.Write(isTime ? "\""u8 : default);
        }

        public void Text(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, ref LogRecordFlags flags)
        {
            if (!text.IsEmpty)
            {
                Name(name);
                OtlpValues.WriteText(_arena, text, ref flags);
            }
        }

        public void Hex(ReadOnlySpan<byte> name, ReadOnlySpan<byte> id)
        {
            if (id.IsEmpty)
            {
                return;
            }

            Name(name);
            _arena.Write((byte)'"');
            Convert.TryToHexStringLower(id, _arena.GetSpan(id.Length * 2), out var length);
            _arena.Advance(length);
            _arena.Write((byte)'"');
        }

        public readonly void End() => _arena.Write((byte)'}');
    }
}
