using System.Buffers.Text;
using System.Globalization;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Formats.Proto;

namespace LogConsole.Ingestion.Otlp;

/// <summary>
/// Writes the values of opentelemetry/proto/common/v1 (<c>AnyValue</c>, <c>KeyValue</c>) as the JSON they mean: what OTLP/JSON says with
/// <c>{"key":"a","value":{"intValue":"1"}}</c> becomes <c>"a":1</c>. Nothing here throws; what is no such message answers false.
/// </summary>
internal static class OtlpValues
{
    /// <summary>Deepest nesting read: the limit of most protobuf libraries.</summary>
    public const int MaxDepth = 100;

    /// <summary>Writes the pairs of all fields <paramref name="field"/> of a message as one object.</summary>
    public static bool TryWriteObject(RecordArena arena, ReadOnlySpan<byte> message, int field, ref LogRecordFlags flags, int depth = 0)
    {
        arena.Write((byte)'{');
        var isFirst = true;
        if (!TryWriteMembers(arena, message, field, ref isFirst, ref flags, depth))
        {
            return false;
        }

        arena.Write((byte)'}');
        return true;
    }

    /// <summary>Writes the same pairs as members of an object that is open.</summary>
    /// <param name="isFirst">Whether the object has no member yet.</param>
    public static bool TryWriteMembers(RecordArena arena, ReadOnlySpan<byte> message, int field, ref bool isFirst, ref LogRecordFlags flags, int depth = 0)
    {
        var reader = new ProtoReader(message);
        while (reader.Read())
        {
            if (!reader.Is(field, ProtoWire.Bytes))
            {
                continue;
            }

            Separate(arena, ref isFirst);
            if (!TryWritePair(arena, reader.Bytes, ref flags, depth))
            {
                return false;
            }
        }

        return !reader.IsBroken;
    }

    /// <summary>Writes one <c>AnyValue</c>; an empty one is null.</summary>
    public static bool TryWriteValue(RecordArena arena, ReadOnlySpan<byte> value, ref LogRecordFlags flags, int depth = 0)
    {
        // The last of a oneof counts.
        var kind = 0;
        var number = 0ul;
        ReadOnlySpan<byte> bytes = default;
        var reader = new ProtoReader(value);
        while (reader.Read())
        {
            if (WireOf(reader.Field) == reader.Wire)
            {
                kind = reader.Field;
                number = reader.Number;
                bytes = reader.Bytes;
            }
        }

        return !reader.IsBroken && depth < MaxDepth && TryWrite(arena, kind, number, bytes, ref flags, depth);
    }

    /// <summary>Writes text that may be anything as a JSON string.</summary>
    public static void WriteText(RecordArena arena, ReadOnlySpan<byte> text, ref LogRecordFlags flags)
    {
        if (Utf8Text.IsClean(text))
        {
            JsonText.WriteString(arena, text);
            return;
        }

        using var repaired = new RecordArena();
        Utf8Text.WriteRepaired(repaired, text, ref flags);
        JsonText.WriteString(arena, repaired.Written);
    }

    /// <summary>Writes a number as JSON has it.</summary>
    public static void WriteNumber(RecordArena arena, long number)
    {
        Utf8Formatter.TryFormat(number, arena.GetSpan(20), out var length);
        arena.Advance(length);
    }

    private static ProtoWire? WireOf(int field) => field switch
    {
        Kinds.Bool or Kinds.Int => ProtoWire.Varint,
        Kinds.Double => ProtoWire.Fixed64,
        Kinds.Text or Kinds.Array or Kinds.Object or Kinds.Bytes => ProtoWire.Bytes,
        _ => null,
    };

    private static bool TryWrite(RecordArena arena, int kind, ulong number, ReadOnlySpan<byte> bytes, ref LogRecordFlags flags, int depth)
    {
        switch (kind)
        {
            case Kinds.Text:
                WriteText(arena, bytes, ref flags);
                return true;
            case Kinds.Bool:
                arena.Write(number == 0 ? "false"u8 : "true"u8);
                return true;
            case Kinds.Int:
                WriteNumber(arena, (long)number);
                return true;
            case Kinds.Double:
                WriteDouble(arena, BitConverter.UInt64BitsToDouble(number));
                return true;
            case Kinds.Array:
                return TryWriteArray(arena, bytes, ref flags, depth + 1);
            case Kinds.Object:
                return TryWriteObject(arena, bytes, 1, ref flags, depth + 1);
            case Kinds.Bytes:
                WriteBase64(arena, bytes);
                return true;
            default:
                arena.Write("null"u8);
                return true;
        }
    }

    private static bool TryWriteArray(RecordArena arena, ReadOnlySpan<byte> array, ref LogRecordFlags flags, int depth)
    {
        arena.Write((byte)'[');
        var isFirst = true;
        var reader = new ProtoReader(array);
        while (reader.Read())
        {
            if (!reader.Is(1, ProtoWire.Bytes))
            {
                continue;
            }

            Separate(arena, ref isFirst);
            if (!TryWriteValue(arena, reader.Bytes, ref flags, depth))
            {
                return false;
            }
        }

        arena.Write((byte)']');
        return !reader.IsBroken;
    }

    private static bool TryWritePair(RecordArena arena, ReadOnlySpan<byte> pair, ref LogRecordFlags flags, int depth)
    {
        ReadOnlySpan<byte> key = default;
        ReadOnlySpan<byte> value = default;
        var reader = new ProtoReader(pair);
        while (reader.Read())
        {
            if (reader.Is(1, ProtoWire.Bytes))
            {
                key = reader.Bytes;
            }
            else if (reader.Is(2, ProtoWire.Bytes))
            {
                value = reader.Bytes;
            }
        }

        WriteText(arena, key, ref flags);
        arena.Write((byte)':');
        return !reader.IsBroken && TryWriteValue(arena, value, ref flags, depth);
    }

    private static void Separate(RecordArena arena, ref bool isFirst)
    {
        if (!isFirst)
        {
            arena.Write((byte)',');
        }

        isFirst = false;
    }

    // JSON knows no such numbers; OTLP/JSON has them as these words.
    private static void WriteDouble(RecordArena arena, double number)
    {
        if (!double.IsFinite(number))
        {
            arena.Write(double.IsNaN(number) ? "\"NaN\""u8 : number > 0 ? "\"Infinity\""u8 : "\"-Infinity\""u8);
            return;
        }

        number.TryFormat(arena.GetSpan(32), out var length, "R", CultureInfo.InvariantCulture);
        arena.Advance(length);
    }

    private static void WriteBase64(RecordArena arena, ReadOnlySpan<byte> bytes)
    {
        arena.Write((byte)'"');
        Base64.EncodeToUtf8(bytes, arena.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var length);
        arena.Advance(length);
        arena.Write((byte)'"');
    }

    // Fields of AnyValue.
    private static class Kinds
    {
        public const int Text = 1;
        public const int Bool = 2;
        public const int Int = 3;
        public const int Double = 4;
        public const int Array = 5;
        public const int Object = 6;
        public const int Bytes = 7;
    }
}
