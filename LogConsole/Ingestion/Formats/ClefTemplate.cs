using System.Text.Json;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// Renders a message template (<c>Paid {Amount:0.00} for {@Order} in {{braces}}</c>) from the record's properties.
/// Strings stand without quotes, a hole with a format takes the next entry of <c>@r</c>, alignment is ignored,
/// a hole without a property stays as it is written, and so does every one after <see cref="MaxHoles"/> of them (fewer in a record of very many fields).
/// </summary>
/// <remarks>https://messagetemplates.org, https://clef-json.org</remarks>
internal static class ClefTemplate
{
    /// <summary>Most holes that are filled.</summary>
    public const int MaxHoles = 256;

    // Each hole looks through the fields: many of both would cost their product.
    private const int MaxComparisons = MaxHoles * 256;

    /// <summary>Writes the message to the arena's current item.</summary>
    /// <param name="limit">Bytes after which rendering stops.</param>
    /// <returns>False when the limit was reached.</returns>
    public static bool TryRender(RecordArena arena, ReadOnlySpan<byte> json, JsonFields fields, int templateIndex, int limit, ref LogRecordFlags flags)
    {
        ref readonly var field = ref fields[templateIndex];
        var plain = new byte[field.ValueLength];
        ReadOnlySpan<byte> template = plain.AsSpan(0, JsonText.Unescape(json.Slice(field.ValueStart, field.ValueLength), plain, ref flags));
        var renderings = RenderingsOf(json, fields);
        var holes = Math.Min(MaxHoles, MaxComparisons / fields.Count);
        while (!template.IsEmpty && arena.Length <= limit)
        {
            var brace = template.IndexOfAny((byte)'{', (byte)'}');
            arena.Write(brace < 0 ? template : template[..brace]);
            if (brace < 0)
            {
                break;
            }

            template = template[brace..];
            if (template.Length > 1 && template[1] == template[0])
            {
                arena.Write(template[0]);
                template = template[2..];
            }
            else if (template[0] == '}' || holes == 0)
            {
                arena.Write(template[0]);
                template = template[1..];
            }
            else if (template.IndexOf((byte)'}') is var close && close < 0)
            {
                // No hole can follow, and nobody should look for its end again.
                holes = 0;
            }
            else
            {
                holes--;
                WriteHole(arena, json, fields, template[..(close + 1)], ref renderings, ref flags);
                template = template[(close + 1)..];
            }
        }

        if (arena.Length <= limit)
        {
            return true;
        }

        arena.CutTo(Utf8Text.CutLength(arena.Written, limit));
        return false;
    }

    // {Name}, {@Name}, {$Name}, {Name,-8:format}
    private static void WriteHole(
        RecordArena arena, ReadOnlySpan<byte> json, JsonFields fields, ReadOnlySpan<byte> hole, ref Utf8JsonReader renderings, ref LogRecordFlags flags)
    {
        var name = hole[1..^1];
        var hasFormat = name.Contains((byte)':');
        var end = name.IndexOfAny((byte)',', (byte)':');
        name = (end < 0 ? name : name[..end]).TrimStart("@$"u8);
        if (hasFormat && renderings.Read() && renderings.TokenType == JsonTokenType.String)
        {
            WritePlain(arena, renderings.ValueSpan, renderings.ValueIsEscaped, ref flags);
            return;
        }

        for (var i = 0; i < fields.Count; i++)
        {
            ref readonly var field = ref fields[i];
            if (field.RootLength == 0 && json.Slice(field.NameStart, field.NameLength).SequenceEqual(name))
            {
                var value = json.Slice(field.ValueStart, field.ValueLength);
                if (field.Type == JsonTokenType.String)
                {
                    WritePlain(arena, value, field.ValueHasEscapes, ref flags);
                }
                else
                {
                    JsonValues.Write(arena, value, field.Type, hasEscapes: false, ref flags);
                }

                return;
            }
        }

        arena.Write(hole);
    }

    private static void WritePlain(RecordArena arena, ReadOnlySpan<byte> inside, bool hasEscapes, ref LogRecordFlags flags)
    {
        if (hasEscapes)
        {
            arena.Advance(JsonText.Unescape(inside, arena.GetSpan(inside.Length), ref flags));
        }
        else
        {
            arena.Write(inside);
        }
    }

    // Stands on the array's opening bracket, or reads nothing when there is none.
    private static Utf8JsonReader RenderingsOf(ReadOnlySpan<byte> json, JsonFields fields)
    {
        var index = fields.Best(FieldKind.ClefRenderings);
        var isArray = index >= 0 && fields[index].Type == JsonTokenType.StartArray;
        var reader = new Utf8JsonReader(isArray ? json.Slice(fields[index].ValueStart, fields[index].ValueLength) : "[]"u8, JsonValues.ReaderOptions);
        reader.Read();
        return reader;
    }
}
