using System.Text.Json;

namespace LogConsole.Ingestion.Formats;

// The message: text, what an object or a template makes, or another program's line.
internal sealed partial class JsonRecordParser
{
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
            case JsonTokenType.StartObject when JsonKeyValues.IsAnyValue(value.Span):
                arena.Begin();
                JsonKeyValues.WriteAnyValue(arena, value.Span, ref flags);
                return arena.End();
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
}
