using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// One JSON object to one <see cref="LogRecord"/>, with the names of <see cref="FieldNames"/>. An ugly example, valid all the same:
/// <code>{"@timestamp":"2026-11-20 10:00:00,5","log":{"level":"WARN"},"message":"a\u0000b","user":{"id":1e99999},"service.name":"shop"}</code>
/// Every field ends somewhere: in a column, or as an attribute with its JSON type kept.
/// The record's text points into the line and the arena. Reused from line to line by one thread.
/// </summary>
internal sealed partial class JsonRecordParser(RecordContext context, RecordArena arena, Utf8Interner names, SharedJsonCache shared)
{
    private readonly JsonFields _fields = new();
    private readonly JsonAttributeWriter _attributes = new(arena, context.Limits.MaxAttributesBytes);
    private byte[] _scratch = new byte[256];

    /// <summary>
    /// The last record's message is another program's line as a container runtime took it from its <c>stream</c>: <c>{"log":"WARN slow\n","stream":"stderr"}</c>.
    /// </summary>
    public bool HoldsLine { get; private set; }

    /// <summary>The resource of records that name none; null for none.</summary>
    public SharedResource? DefaultResource { get; set; }

    /// <summary>The instrumentation scope of records that name none; null for none.</summary>
    public SharedResource? DefaultScope { get; set; }

    /// <summary>Reads one object. The line is valid UTF-8 without NUL; <paramref name="flags"/> says what was repaired to make it so.</summary>
    /// <param name="reason">When false: why, in words for the sender.</param>
    public bool TryParse(
        ReadOnlyMemory<byte> line, int lineNumber, LogRecordFlags flags, [NotNullWhen(true)] out LogRecord? record, [NotNullWhen(false)] out string? reason)
    {
        record = null;
        reason = null;
        HoldsLine = false;
        try
        {
            if (!_fields.TryRead(line.Span))
            {
                reason = $"more than {JsonFields.Limit:N0} fields in one record";
            }
            else if (_fields.Count == 0)
            {
                reason = "an object without fields";
            }
        }
        catch (JsonException e)
        {
            reason = e.BytePositionInLine is { } position ? $"not a valid JSON object, near byte {position + 1}" : "not a valid JSON object";
        }

        if (reason is null)
        {
            record = Build(line, lineNumber, flags);
        }

        return record is not null;
    }

    private LogRecord Build(ReadOnlyMemory<byte> line, int lineNumber, LogRecordFlags flags)
    {
        var json = line.Span;
        var isClef = context.IsClef || _fields.IsClef;
        var timestamp = ReadTimestamp(json, ref flags);
        var (severityNumber, severityText) = ReadSeverity(json, isClef, ref flags);
        var resource = ReadShared(json, FieldKind.Resource, ref flags);
        var scope = ReadShared(json, FieldKind.Scope, ref flags);
        var service = ReadName(json, FieldKind.Service, ref flags) ?? resource?.Service ?? context.DefaultService ?? LogRecord.UnknownService;
        var host = ReadName(json, FieldKind.Host, ref flags) ?? resource?.Host;
        var traceId = ReadTraceId(json);
        var spanId = ReadSpanId(json);
        if (context.IsOwnStore && _fields.Best(FieldKind.Flags) is >= 0 and var own && TryInteger(json, own, out var stored))
        {
            _fields.Take(own);
            flags |= (LogRecordFlags)stored;
        }

        var body = ReadBody(line, ref flags);
        return new LogRecord
        {
            Timestamp = timestamp,
            ObservedTimestamp = context.Arrival,
            SeverityNumber = severityNumber,
            SeverityText = severityText,
            Service = service,
            Host = host,
            Body = body,
            Attributes = _attributes.Write(json, _fields, isClef, ref flags),
            Resource = resource?.Json,
            Scope = scope?.Json,
            TraceId = traceId,
            SpanId = spanId,
            Flags = flags,
            Line = lineNumber,
        };
    }

    // The first time name that can be read, else the first small number. When there is neither the arrival time stands in, and the best one's text is kept.
    private LogTimestamp ReadTimestamp(ReadOnlySpan<byte> json, ref LogRecordFlags flags)
    {
        var best = _fields.Best(FieldKind.Time);
        foreach (var isEarly in (ReadOnlySpan<bool>)[false, true])
        {
            for (var index = best; index >= 0; index = _fields.After(FieldKind.Time, index))
            {
                ref readonly var field = ref _fields[index];
                var zoneAssumed = false;
                if (isEarly ? TryEarlyTime(json, field, ref flags, out var timestamp) : TryTime(json, field, ref flags, out timestamp, out zoneAssumed))
                {
                    _fields.Take(index);
                    flags |= context.DistanceOf(timestamp) | (zoneAssumed ? LogRecordFlags.ZoneAssumed : LogRecordFlags.None);
                    return timestamp;
                }
            }
        }

        flags |= LogRecordFlags.TimestampMissing;
        _attributes.UnreadTimestamp = best >= 0 && _fields[best].Meaning.Rank == FieldNames.LetterTime ? -1 : best;
        return context.Arrival;
    }

    private bool TryTime(ReadOnlySpan<byte> json, in JsonField field, ref LogRecordFlags flags, out LogTimestamp timestamp, out bool zoneAssumed)
    {
        zoneAssumed = false;
        return field.Type switch
        {
            JsonTokenType.String => TimestampParser.TryParse(Text(json, field, ref flags), context.Zone, out timestamp, out zoneAssumed),
            JsonTokenType.Number => TimestampParser.TryParseEpoch(Value(json, field), out timestamp),
            JsonTokenType.StartObject when JsonValues.TryDate(Value(json, field), out var date) =>
                TimestampParser.TryParse(date, context.Zone, out timestamp, out zoneAssumed),
            JsonTokenType.StartObject => JsonValues.TrySeconds(Value(json, field), out timestamp),
            _ => Never(out timestamp),
        };
    }

    // OpenTelemetry's 0 means that the time is unknown, and t may be anything.
    private bool TryEarlyTime(ReadOnlySpan<byte> json, in JsonField field, ref LogRecordFlags flags, out LogTimestamp timestamp)
    {
        timestamp = default;
        return field.Type is JsonTokenType.String or JsonTokenType.Number && field.Meaning.Rank != FieldNames.LetterTime
            && TimestampParser.TryParseEarlyEpoch(Text(json, field, ref flags).Trim((byte)' '), out timestamp)
            && !(timestamp == default && field.Meaning.Rank is FieldNames.OpenTelemetryTime or FieldNames.OpenTelemetryObservedTime);
    }

    private static bool Never(out LogTimestamp timestamp)
    {
        timestamp = default;
        return false;
    }

    private string? ReadName(ReadOnlySpan<byte> json, FieldKind kind, ref LogRecordFlags flags)
    {
        for (var index = _fields.Best(kind); index >= 0; index = _fields.After(kind, index))
        {
            ref readonly var field = ref _fields[index];
            if (field.Type is not (JsonTokenType.String or JsonTokenType.Number))
            {
                continue;
            }

            var text = Text(json, field, ref flags).Trim((byte)' ');
            if (!text.IsEmpty)
            {
                // A name that is cut stays whole as an attribute.
                if (text.Length <= LogRecordLimits.NameChars)
                {
                    _fields.Take(index);
                }

                return names.Get(text, LogRecordLimits.NameChars);
            }
        }

        return null;
    }

    private SharedResource? ReadShared(ReadOnlySpan<byte> json, FieldKind kind, ref LogRecordFlags flags)
    {
        var index = _fields.Best(kind);
        var found = kind == FieldKind.Resource ? DefaultResource : DefaultScope;
        if (index >= 0 && _fields[index].Type == JsonTokenType.StartObject)
        {
            _fields.Take(index);
            found = shared.Get(Value(json, _fields[index]));
        }

        if (found is null)
        {
            return null;
        }

        flags |= found.Flags;
        return found;
    }

    private TraceId ReadTraceId(ReadOnlySpan<byte> json)
    {
        var index = _fields.Best(FieldKind.TraceId);
        if (index < 0 || _fields[index].Type != JsonTokenType.String || !HexIds.TryTraceId(Value(json, _fields[index]), out var id))
        {
            return default;
        }

        _fields.Take(index);
        return id;
    }

    private ulong ReadSpanId(ReadOnlySpan<byte> json)
    {
        var index = _fields.Best(FieldKind.SpanId);
        if (index < 0 || _fields[index].Type != JsonTokenType.String || !HexIds.TrySpanId(Value(json, _fields[index]), out var id))
        {
            return 0;
        }

        _fields.Take(index);
        return id;
    }

    private bool TryInteger(ReadOnlySpan<byte> json, int index, out long value) =>
        long.TryParse(Value(json, _fields[index]), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);

    private static ReadOnlySpan<byte> Value(ReadOnlySpan<byte> json, in JsonField field) => json.Slice(field.ValueStart, field.ValueLength);

    // The value as plain text; valid until the next call.
    private ReadOnlySpan<byte> Text(ReadOnlySpan<byte> json, in JsonField field, ref LogRecordFlags flags)
    {
        var value = Value(json, field);
        if (!field.ValueHasEscapes)
        {
            return value;
        }

        if (_scratch.Length < value.Length)
        {
            _scratch = new byte[value.Length];
        }

        return _scratch.AsSpan(0, JsonText.Unescape(value, _scratch, ref flags));
    }
}
