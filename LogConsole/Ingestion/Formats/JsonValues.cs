using System.Buffers.Text;
using System.Text.Json;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// Copies JSON values into the arena, compact and such that PostgreSQL's jsonb takes them:
/// unstorable escapes are replaced, numbers beyond 1,000 digits or an exponent of ±1,000 become strings,
/// and a value nested deeper than <see cref="MaxDepth"/> becomes a string of its own text.
/// </summary>
internal static class JsonValues
{
    /// <summary>
    /// Deepest nesting kept as structure, counted from the attributes object. Answers put it into levels of their own, and readers of JSON give up at 64.
    /// </summary>
    public const int MaxDepth = 32;

    // jsonb takes 131,072 digits, but a number of that many digits is written in 9 bytes (1e131071) and read back in 131,072.
    private const int LongestNumber = 1_000;
    private const int LargestExponent = 1_000;

    // 9999-12-31T23:59:59
    private const long LastSecond = 253_402_300_799;

    /// <summary>Reads any nesting: depth is our decision, not an error.</summary>
    public static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = int.MaxValue };

    /// <summary>Copies one value.</summary>
    /// <param name="value">The inside of a string, else the whole token or container. Valid JSON.</param>
    /// <param name="hasEscapes">For strings: whether there is a backslash in it.</param>
    /// <returns>How many values were written, the containers and all they hold.</returns>
    public static int Write(RecordArena arena, ReadOnlySpan<byte> value, JsonTokenType type, bool hasEscapes, ref LogRecordFlags flags)
    {
        switch (type)
        {
            case JsonTokenType.String:
                JsonText.WriteEscapedString(arena, value, hasEscapes, ref flags);
                break;
            case JsonTokenType.Number:
                WriteNumber(arena, value);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                return WriteContainer(arena, value, ref flags);
            default:
                arena.Write(value);
                break;
        }

        return 1;
    }

    /// <summary>Copies those members of an object that find room, each value as <see cref="Write"/> does.</summary>
    /// <param name="hasAttributes">A member <c>attributes</c> that is a list of <see cref="JsonKeyValues"/> gives its names instead of itself.</param>
    public static void WriteMembers(RecordArena arena, ReadOnlySpan<byte> container, bool hasAttributes, ref JsonMembers members, ref LogRecordFlags flags)
    {
        var reader = new Utf8JsonReader(container, ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            var nameHasEscapes = reader.ValueIsEscaped;
            reader.Read();
            var (value, type, hasEscapes) = ReadValue(ref reader, container);
            if (hasAttributes && type == JsonTokenType.StartArray && name.SequenceEqual("attributes"u8) && JsonKeyValues.IsList(value))
            {
                JsonKeyValues.WriteMembers(arena, value, ref members, ref flags);
            }
            else if (members.TryBegin(name.Length + value.Length, ref flags))
            {
                JsonText.WriteEscapedString(arena, name, nameHasEscapes, ref flags);
                arena.Write((byte)':');
                members.End(Write(arena, value, type, hasEscapes, ref flags), ref flags);
            }
        }
    }

    /// <summary>The value the reader stands on, whole; the reader then stands on its last token.</summary>
    public static RawValue ReadValue(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var type = reader.TokenType;
        if (type is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return new RawValue(reader.ValueSpan, type, reader.ValueIsEscaped);
        }

        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new RawValue(json[start..(int)reader.BytesConsumed], type, hasEscapes: false);
    }

    /// <summary>The text of OpenTelemetry's AnyValue, <c>{"stringValue":"…"}</c>; false for every other object.</summary>
    public static bool TryStringValue(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> inside, out bool hasEscapes) =>
        TryOnlyString(json, "stringValue"u8, out inside, out hasEscapes);

    /// <summary>The text of MongoDB's moments, <c>{"$date":"…"}</c>; false for every other object.</summary>
    public static bool TryDate(ReadOnlySpan<byte> json, out ReadOnlySpan<byte> inside) => TryOnlyString(json, "$date"u8, out inside, out var hasEscapes) && !hasEscapes;

    /// <summary>Google Cloud's moments, <c>{"seconds":1795169700,"nanos":0}</c>, the numbers also as text; false for every other object.</summary>
    public static bool TrySeconds(ReadOnlySpan<byte> json, out LogTimestamp moment)
    {
        moment = default;
        long seconds = -1;
        var nanos = 0;
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSeconds = reader.ValueTextEquals("seconds"u8);
            var isNanos = reader.ValueTextEquals("nanos"u8);
            reader.Read();
            if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String)
                || !(isSeconds ? IsWhole(reader.ValueSpan, out seconds) && seconds is >= 0 and <= LastSecond
                    : isNanos && IsWhole(reader.ValueSpan, out var value) && value is >= 0 and < 1_000_000_000 && (nanos = (int)value) >= 0))
            {
                return false;
            }
        }

        moment = new LogTimestamp((seconds * 1_000_000) + (nanos / 1000), (short)(nanos % 1000));
        return seconds >= 0;
    }

    private static bool IsWhole(ReadOnlySpan<byte> digits, out long value) => Utf8Parser.TryParse(digits, out value, out var length) && length == digits.Length;

    private static bool TryOnlyString(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> inside, out bool hasEscapes)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        inside = default;
        hasEscapes = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(name)
            || !reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            return false;
        }

        inside = reader.ValueSpan;
        hasEscapes = reader.ValueIsEscaped;
        return reader.Read() && reader.TokenType == JsonTokenType.EndObject;
    }

    private static void WriteNumber(RecordArena arena, ReadOnlySpan<byte> number)
    {
        var exponentAt = number.IndexOfAny((byte)'e', (byte)'E');
        var fits = number.Length <= LongestNumber;
        if (fits && exponentAt >= 0)
        {
            var digits = number[(exponentAt + 1)..];
            digits = digits[0] == '+' ? digits[1..] : digits;
            fits = Utf8Parser.TryParse(digits, out int exponent, out _) && Math.Abs((long)exponent) <= LargestExponent;
        }

        if (fits)
        {
            arena.Write(number);
            return;
        }

        arena.Write((byte)'"');
        arena.Write(number);
        arena.Write((byte)'"');
    }

    private static int WriteContainer(RecordArena arena, ReadOnlySpan<byte> container, ref LogRecordFlags flags)
    {
        var start = arena.Length;
        var values = 0;
        var needsComma = false;
        var reader = new Utf8JsonReader(container, ReaderOptions);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    arena.Write(reader.ValueSpan);
                    needsComma = true;
                    continue;
                case JsonTokenType.StartObject or JsonTokenType.StartArray when reader.CurrentDepth + 2 > MaxDepth:
                    arena.CutTo(start);
                    JsonText.WriteString(arena, container);
                    return 1;
            }

            if (needsComma)
            {
                arena.Write((byte)',');
            }

            needsComma = reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    JsonText.WriteEscapedString(arena, reader.ValueSpan, reader.ValueIsEscaped, ref flags);
                    arena.Write((byte)':');
                    break;
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    arena.Write(reader.ValueSpan);
                    values++;
                    break;
                default:
                    values += Write(arena, reader.ValueSpan, reader.TokenType, reader.ValueIsEscaped, ref flags);
                    break;
            }
        }

        return values;
    }
}

/// <summary>A value in place: the inside of a string, else its whole text.</summary>
internal readonly ref struct RawValue(ReadOnlySpan<byte> text, JsonTokenType type, bool hasEscapes)
{
    public ReadOnlySpan<byte> Text { get; } = text;

    public JsonTokenType Type { get; } = type;

    public bool HasEscapes { get; } = hasEscapes;

    public void Deconstruct(out ReadOnlySpan<byte> text, out JsonTokenType type, out bool hasEscapes)
    {
        text = Text;
        type = Type;
        hasEscapes = HasEscapes;
    }
}
