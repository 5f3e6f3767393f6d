using System.Globalization;
using System.Text.Json;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// OpenTelemetry's lists of attributes (OTLP/JSON, <c>KeyValue</c> and <c>AnyValue</c> of opentelemetry/proto/common/v1), written as the object they mean:
/// <code>[{"key":"user.id","value":{"intValue":"42"}},{"key":"tags","value":{"arrayValue":{"values":[{"stringValue":"a"}]}}}]
/// {"user.id":42,"tags":["a"]}</code>
/// A list that is not of this shape throughout is no list of attributes, and is left as it was sent.
/// </summary>
internal static class JsonKeyValues
{
    // Deeper lists keep their shape: each level is read anew, and honest ones have one or two.
    private const int MaxNesting = 8;

    /// <summary>Whether a JSON array is such a list; an empty one is.</summary>
    public static bool IsList(ReadOnlySpan<byte> json) => IsList(json, 0);

    /// <summary>Whether a JSON object is an <c>AnyValue</c> that holds something, <c>{"intValue":"1"}</c>.</summary>
    public static bool IsAnyValue(ReadOnlySpan<byte> json) => TryOnly(json, out _, out _) && IsValue(json, 0);

    /// <summary>Writes what an <c>AnyValue</c> holds, <see cref="IsAnyValue"/> says that it is one; returns how many values were written.</summary>
    public static int WriteAnyValue(RecordArena arena, ReadOnlySpan<byte> json, ref LogRecordFlags flags) => WriteValue(arena, json, ref flags);

    /// <summary>Copies those members of a list that find room. The list is one, says <see cref="IsList(ReadOnlySpan{byte})"/>.</summary>
    public static void WriteMembers(RecordArena arena, scoped ReadOnlySpan<byte> list, ref JsonMembers members, ref LogRecordFlags flags)
    {
        var reader = Start(list);
        while (TryPair(ref reader, list, out var key, out var value))
        {
            if (members.TryBegin(key.Text.Length, ref flags))
            {
                WriteKey(arena, key, ref flags);
                members.End(WriteValue(arena, value, ref flags), ref flags);
            }
        }
    }

    private static bool IsList(ReadOnlySpan<byte> json, int nesting)
    {
        var reader = Start(json);
        while (TryPair(ref reader, json, out _, out var value))
        {
            if (!IsValue(value, nesting))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == 0;
    }

    private static bool IsValue(ReadOnlySpan<byte> json, int nesting)
    {
        if (!TryOnly(json, out var kind, out var value))
        {
            // No value at all is null.
            return kind == Kind.Nothing;
        }

        return kind switch
        {
            Kind.Text => value.Type == JsonTokenType.String,
            Kind.Boolean => value.Type is JsonTokenType.True or JsonTokenType.False,
            Kind.Integer => value.Type is JsonTokenType.Number or JsonTokenType.String && IsInteger(value.Text),
            Kind.Double => value.Type == JsonTokenType.Number || (value.Type == JsonTokenType.String && !value.Text.IsEmpty),
            Kind.List => nesting < MaxNesting && TryValues(value, out var values) && AreValues(values, nesting + 1),
            Kind.Object => nesting < MaxNesting && TryValues(value, out var pairs) && IsList(pairs, nesting + 1),
            _ => false,
        };
    }

    private static bool AreValues(ReadOnlySpan<byte> json, int nesting)
    {
        var reader = Start(json);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (!IsValue(JsonValues.ReadValue(ref reader, json).Text, nesting))
            {
                return false;
            }
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    // Returns how many values were written.
    private static int WriteValue(RecordArena arena, ReadOnlySpan<byte> json, ref LogRecordFlags flags)
    {
        if (!TryOnly(json, out var kind, out var value))
        {
            arena.Write("null"u8);
            return 1;
        }

        switch (kind)
        {
            case Kind.List:
                TryValues(value, out var values);
                return WriteList(arena, values, ref flags);
            case Kind.Object:
                TryValues(value, out var pairs);
                return WriteObject(arena, pairs, ref flags);
            case Kind.Integer:
                // As text, because scripts lose digits of large numbers; jsonb does not.
                return JsonValues.Write(arena, value.Text, JsonTokenType.Number, hasEscapes: false, ref flags);
            default:
                return JsonValues.Write(arena, value.Text, value.Type, value.HasEscapes, ref flags);
        }
    }

    private static int WriteList(RecordArena arena, ReadOnlySpan<byte> json, ref LogRecordFlags flags)
    {
        var count = 1;
        var reader = Start(json);
        arena.Write((byte)'[');
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            Separate(arena, count);
            count += WriteValue(arena, JsonValues.ReadValue(ref reader, json).Text, ref flags);
        }

        arena.Write((byte)']');
        return count;
    }

    private static int WriteObject(RecordArena arena, ReadOnlySpan<byte> json, ref LogRecordFlags flags)
    {
        var count = 1;
        var reader = Start(json);
        arena.Write((byte)'{');
        while (TryPair(ref reader, json, out var key, out var value))
        {
            Separate(arena, count);
            WriteKey(arena, key, ref flags);
            count += WriteValue(arena, value, ref flags);
        }

        arena.Write((byte)'}');
        return count;
    }

    private static void Separate(RecordArena arena, int count)
    {
        if (count > 1)
        {
            arena.Write((byte)',');
        }
    }

    private static void WriteKey(RecordArena arena, RawValue key, ref LogRecordFlags flags)
    {
        JsonText.WriteEscapedString(arena, key.Text, key.HasEscapes, ref flags);
        arena.Write((byte)':');
    }

    // Behind the opening bracket.
    private static Utf8JsonReader Start(ReadOnlySpan<byte> container)
    {
        var reader = new Utf8JsonReader(container, JsonValues.ReaderOptions);
        reader.Read();
        return reader;
    }

    // The next {"key":…,"value":{…}}, in either order; false at the end of the list and at anything else.
    private static bool TryPair(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json, out RawValue key, out ReadOnlySpan<byte> value)
    {
        key = default;
        value = default;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isKey = key.Type == JsonTokenType.None && reader.ValueTextEquals("key"u8);
            if (!isKey && !(value.IsEmpty && reader.ValueTextEquals("value"u8)))
            {
                return false;
            }

            reader.Read();
            if (reader.TokenType != (isKey ? JsonTokenType.String : JsonTokenType.StartObject))
            {
                return false;
            }

            if (isKey)
            {
                key = JsonValues.ReadValue(ref reader, json);
            }
            else
            {
                value = JsonValues.ReadValue(ref reader, json).Text;
            }
        }

        return key.Type == JsonTokenType.String && !value.IsEmpty;
    }

    // The only member of an AnyValue; false when there is none (Nothing) or it is no AnyValue (Unknown).
    private static bool TryOnly(ReadOnlySpan<byte> json, out Kind kind, out RawValue value)
    {
        value = default;
        kind = Kind.Nothing;
        var reader = Start(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            return false;
        }

        kind = reader switch
        {
            _ when reader.ValueTextEquals("stringValue"u8) || reader.ValueTextEquals("bytesValue"u8) => Kind.Text,
            _ when reader.ValueTextEquals("boolValue"u8) => Kind.Boolean,
            _ when reader.ValueTextEquals("intValue"u8) => Kind.Integer,
            _ when reader.ValueTextEquals("doubleValue"u8) => Kind.Double,
            _ when reader.ValueTextEquals("arrayValue"u8) => Kind.List,
            _ when reader.ValueTextEquals("kvlistValue"u8) => Kind.Object,
            _ => Kind.Unknown,
        };
        reader.Read();
        value = JsonValues.ReadValue(ref reader, json);
        kind = reader.Read() && reader.TokenType == JsonTokenType.EndObject ? kind : Kind.Unknown;
        return kind != Kind.Unknown;
    }

    // {"values":[…]}, which an empty one may leave out.
    private static bool TryValues(RawValue container, out ReadOnlySpan<byte> values)
    {
        values = "[]"u8;
        if (container.Type != JsonTokenType.StartObject)
        {
            return false;
        }

        var reader = Start(container.Text);
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            return true;
        }

        if (!reader.ValueTextEquals("values"u8) || !reader.Read() || reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        values = JsonValues.ReadValue(ref reader, container.Text).Text;
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject;
    }

    // Nothing JSON would not take as a number: no plus, no zeros in front.
    private static bool IsInteger(ReadOnlySpan<byte> text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        && text.SequenceEqual(System.Text.Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)));

    private enum Kind
    {
        Nothing,
        Unknown,
        Text,
        Boolean,
        Integer,
        Double,
        List,
        Object,
    }
}
