using System.Text.Json;

namespace LogConsole.Ingestion.Formats;

/// <summary>Writes what is left of a record's fields, those that became no column, as one JSON object within the budget of <see cref="JsonMembers"/>.</summary>
internal sealed class JsonAttributeWriter(RecordArena arena, int maxBytes)
{
    /// <summary>The time field that could not be read, kept as <c>log.timestamp.raw</c>; -1 when there is none. Reset by <see cref="Write"/>.</summary>
    public int UnreadTimestamp { get; set; } = -1;

    /// <summary>The attributes, or empty when no field is left.</summary>
    /// <param name="isClef"><c>@@name</c> then stands for <c>@name</c>.</param>
    public ReadOnlyMemory<byte> Write(ReadOnlySpan<byte> json, JsonFields fields, bool isClef, ref LogRecordFlags flags)
    {
        var members = new JsonMembers(arena, maxBytes);
        arena.Begin();
        members.Open();
        for (var i = 0; i < fields.Count; i++)
        {
            ref readonly var field = ref fields[i];
            if (fields.IsTaken(i))
            {
                continue;
            }

            var value = json.Slice(field.ValueStart, field.ValueLength);
            if (field is { Meaning.Kind: FieldKind.Attributes, Type: JsonTokenType.StartObject })
            {
                JsonValues.WriteMembers(arena, value, hasAttributes: false, ref members, ref flags);
            }
            else if (field is { Meaning.Kind: FieldKind.Attributes, Type: JsonTokenType.StartArray } && JsonKeyValues.IsList(value))
            {
                JsonKeyValues.WriteMembers(arena, value, ref members, ref flags);
            }
            else if (members.TryBegin(field.NameLength + value.Length, ref flags))
            {
                WriteName(json, field, i, isClef, fields.IsMongo, ref flags);
                arena.Write((byte)':');
                members.End(JsonValues.Write(arena, value, field.Type, field.ValueHasEscapes, ref flags), ref flags);
            }
        }

        members.Close();
        UnreadTimestamp = -1;
        if (members.IsEmpty)
        {
            arena.Begin();
        }

        return arena.End();
    }

    private void WriteName(ReadOnlySpan<byte> json, in JsonField field, int index, bool isClef, bool isMongo, ref LogRecordFlags flags)
    {
        var known = index == UnreadTimestamp ? "log.timestamp.raw"u8 : KnownName(field.Meaning.Kind, isMongo);
        var name = json.Slice(field.NameStart, field.NameLength);
        if (!known.IsEmpty)
        {
            JsonText.WriteEscapedString(arena, known, hasEscapes: false, ref flags);
        }
        else if (field.RootLength == 0)
        {
            JsonText.WriteEscapedString(arena, isClef && name.StartsWith("@@"u8) ? name[1..] : name, field.NameHasEscapes, ref flags);
        }
        else
        {
            // "service" and "version" become "service.version"; the inner string's opening quote gives way to the dot.
            arena.Write((byte)'"');
            arena.Write(json.Slice(field.RootStart, field.RootLength));
            var dot = arena.Length;
            JsonText.WriteEscapedString(arena, name, field.NameHasEscapes, ref flags);
            arena.Replace(dot, (byte)'.');
        }
    }

    private static ReadOnlySpan<byte> KnownName(FieldKind kind, bool isMongo) => kind switch
    {
        FieldKind.Component when isMongo => "logger"u8,
        FieldKind.ProcessId => "pid"u8,
        FieldKind.ClefException => "exception.stacktrace"u8,
        FieldKind.ClefTemplate => "message_template.text"u8,
        FieldKind.ClefEventId => "message_template.id"u8,
        FieldKind.ClefRenderings => "message_template.renderings"u8,
        _ => default,
    };
}
