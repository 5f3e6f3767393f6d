using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using LogConsole.Ingestion.Formats.Lines;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// One JSON object to one <see cref="LogRecord"/>, with the names of <see cref="FieldNames"/>. An ugly example, valid all the same:
/// <code>{"@timestamp":"2026-11-20 10:00:00,5","log":{"level":"WARN"},"message":"a\u0000b","user":{"id":1e99999},"service.name":"shop"}</code>
/// Every field ends somewhere: in a column, or as an attribute with its JSON type kept.
/// The record's text points into the line and the arena. Reused from line to line by one thread.
/// </summary>
internal sealed class JsonRecordParser(RecordContext context, RecordArena arena, Utf8Interner names, SharedJsonCache shared)
{
    private readonly JsonFields _fields = new();
    private readonly JsonAttributeWriter _attributes = new(arena, context.Limits.MaxAttributesBytes);
    private byte[] _scratch = new byte[256];

    /// <summary>
    /// The last record's message is another program's line as a container runtime took it from its <c>stream</c>: <c>{"log":"WARN slow\n","stream":"stderr"}</c>.
    /// </summary>
    public bool HoldsLine { get; private set; }

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

    // The first time name that can be read. When there is none the arrival time stands in, and the best one's text is kept.
    private LogTimestamp ReadTimestamp(ReadOnlySpan<byte> json, ref LogRecordFlags flags)
    {
        var best = _fields.Best(FieldKind.Time);
        for (var index = best; index >= 0; index = _fields.After(FieldKind.Time, index))
        {
            ref readonly var field = ref _fields[index];
            var zoneAssumed = false;
            LogTimestamp timestamp;
            var understood = field.Type switch
            {
                JsonTokenType.String => TimestampParser.TryParse(Text(json, field, ref flags), context.Zone, out timestamp, out zoneAssumed),
                JsonTokenType.Number => TimestampParser.TryParseEpoch(Value(json, field), out timestamp),
                JsonTokenType.StartObject when JsonValues.TryDate(Value(json, field), out var date) =>
                    TimestampParser.TryParse(date, context.Zone, out timestamp, out zoneAssumed),
                _ => Never(out timestamp),
            };
            if (understood)
            {
                _fields.Take(index);
                flags |= context.DistanceOf(timestamp) | (zoneAssumed ? LogRecordFlags.ZoneAssumed : LogRecordFlags.None);
                return timestamp;
            }
        }

        flags |= LogRecordFlags.TimestampMissing;
        _attributes.UnreadTimestamp = best >= 0 && _fields[best].Meaning.Rank == FieldNames.LetterTime ? -1 : best;
        return context.Arrival;
    }

    private static bool Never(out LogTimestamp timestamp)
    {
        timestamp = default;
        return false;
    }

    private (byte Number, string? Text) ReadSeverity(ReadOnlySpan<byte> json, bool isClef, ref LogRecordFlags flags)
    {
        byte number = 0;
        if (_fields.Best(FieldKind.SeverityNumber) is >= 0 and var own && TryInteger(json, own, out var value) && value is >= 0 and <= SeverityNumber.Max)
        {
            _fields.Take(own);
            number = (byte)value;
        }
        else if (_fields.Best(FieldKind.SyslogSeverity) is >= 0 and var syslog && TryInteger(json, syslog, out value)
            && (_fields.IsJournal || _fields[syslog].Meaning.Rank != FieldNames.JournalPriority))
        {
            number = SeverityWords.OfSyslog(value);
        }

        var hasLevel = false;
        for (var index = _fields.Best(FieldKind.Level); index >= 0; index = _fields.After(FieldKind.Level, index))
        {
            ref readonly var field = ref _fields[index];
            if (field.Meaning.Rank == FieldNames.LetterLevel && !_fields.IsMongo)
            {
                continue;
            }

            hasLevel = true;
            if (field.Type is not (JsonTokenType.String or JsonTokenType.Number))
            {
                continue;
            }

            var (byLevel, text, isWhole) = ReadLevel(json, index, ref flags);
            if (byLevel == SeverityNumber.Unspecified && field.Meaning.Rank == FieldNames.PlainLevel && !HasMessage)
            {
                continue;
            }

            if (isWhole)
            {
                _fields.Take(index);
            }

            return (number == 0 ? byLevel : number, text);
        }

        return (number == 0 && isClef && !hasLevel ? SeverityNumber.Info : number, null);
    }

    // Loggers log messages: where there is none, "level" may be of something else, as Kubernetes' audit levels are ("Metadata").
    private bool HasMessage => _fields.Best(FieldKind.Body) >= 0 || _fields.Best(FieldKind.ClefTemplate) >= 0;

    // A word, or a number of OpenTelemetry or pino, also as a string of digits.
    private (byte Number, string? Text, bool IsWhole) ReadLevel(ReadOnlySpan<byte> json, int index, ref LogRecordFlags flags)
    {
        var text = Text(json, _fields[index], ref flags).Trim((byte)' ');
        if (!TryInteger(json, index, out var value))
        {
            var word = text.IsEmpty ? null : names.Get(text, LogRecordLimits.SeverityTextChars);
            var ofWord = _fields[index].Meaning.Rank == FieldNames.LetterLevel ? LevelToken.OfMongo(text) : SeverityWords.NumberOf(text);
            return (ofWord, word, text.Length <= LogRecordLimits.SeverityTextChars);
        }

        // 10 and 20 are pino's trace and debug under "level", OpenTelemetry's INFO2 and ERROR4 under "severity".
        var isPino = value is >= 10 and <= 60 && value % 10 == 0 && _fields[index].Meaning.Rank != FieldNames.SeverityLevel;
        var number = isPino ? SeverityWords.OfPino(value) : SeverityWords.OfOpenTelemetry(value);
        return number != 0
            ? (number, null, true)
            : (SeverityWords.OfPino(value), names.Get(text, LogRecordLimits.SeverityTextChars), text.Length <= LogRecordLimits.SeverityTextChars);
    }

    private ReadOnlyMemory<byte> ReadBody(ReadOnlyMemory<byte> line, ref LogRecordFlags flags)
    {
        for (var index = _fields.Best(FieldKind.Body); index >= 0; index = _fields.After(FieldKind.Body, index))
        {
            ref readonly var field = ref _fields[index];
            if (field.Type == JsonTokenType.String || field.Meaning.Rank < FieldNames.BodyLog)
            {
                _fields.Take(index);
                HoldsLine = field.Meaning.Rank == FieldNames.BodyLog && IsStream(line.Span);
                return Cut(BodyText(line, field, ref flags), ref flags);
            }
        }

        return _fields.Best(FieldKind.ClefTemplate) is >= 0 and var template && _fields[template].Type == JsonTokenType.String
            ? Cut(RenderTemplate(line.Span, template, ref flags), ref flags)
            : ReadOnlyMemory<byte>.Empty;
    }

    private bool IsStream(ReadOnlySpan<byte> json) => _fields.Best(FieldKind.Stream) is >= 0 and var stream && _fields[stream].Type == JsonTokenType.String
        && (Value(json, _fields[stream]).SequenceEqual("stdout"u8) || Value(json, _fields[stream]).SequenceEqual("stderr"u8));

    private ReadOnlyMemory<byte> BodyText(ReadOnlyMemory<byte> line, in JsonField field, ref LogRecordFlags flags)
    {
        var value = line.Slice(field.ValueStart, field.ValueLength);
        switch (field.Type)
        {
            case JsonTokenType.String when !field.ValueHasEscapes:
                return value;
            case JsonTokenType.String:
                return Unescaped(value.Span, ref flags);
            case JsonTokenType.StartObject when JsonValues.TryStringValue(value.Span, out var inside, out var hasEscapes):
                return hasEscapes ? Unescaped(inside, ref flags) : value.Slice(value.Length - value.Span[value.Span.IndexOf(inside)..].Length, inside.Length);
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                arena.Begin();
                JsonValues.Write(arena, value.Span, field.Type, hasEscapes: false, ref flags);
                return arena.End();
            default:
                return value;
        }
    }

    private ReadOnlyMemory<byte> RenderTemplate(ReadOnlySpan<byte> json, int template, ref LogRecordFlags flags)
    {
        // A template that repeats a long property could grow a request without bound; four times its line is more than an honest one needs.
        var limit = (int)Math.Min(context.Limits.MaxLineBytes, 4L * json.Length);
        arena.Begin();
        if (!ClefTemplate.TryRender(arena, json, _fields, template, limit, ref flags))
        {
            flags |= LogRecordFlags.Truncated;
        }

        return arena.End();
    }

    private ReadOnlyMemory<byte> Unescaped(ReadOnlySpan<byte> inside, ref LogRecordFlags flags)
    {
        arena.Begin();
        arena.Advance(JsonText.Unescape(inside, arena.GetSpan(inside.Length), ref flags));
        return arena.End();
    }

    private ReadOnlyMemory<byte> Cut(ReadOnlyMemory<byte> body, ref LogRecordFlags flags)
    {
        if (body.Length <= context.Limits.MaxLineBytes)
        {
            return body;
        }

        flags |= LogRecordFlags.Truncated;
        return body[..Utf8Text.CutLength(body.Span, context.Limits.MaxLineBytes)];
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
        if (index < 0 || _fields[index].Type != JsonTokenType.StartObject)
        {
            return null;
        }

        _fields.Take(index);
        var found = shared.Get(Value(json, _fields[index]));
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
