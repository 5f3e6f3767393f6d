using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// The inside of JSON strings, between escaped UTF-8 and plain UTF-8. What PostgreSQL's jsonb refuses (<c>\u0000</c>, lone surrogates)
/// becomes U+FFFD and is told in the flags. Input comes from <see cref="System.Text.Json.Utf8JsonReader"/>, so its escapes are well formed.
/// </summary>
internal static class JsonText
{
    // Plain text may stand in a JSON string as it is, except for these.
    private static readonly SearchValues<byte> s_mustEscape =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    /// <summary>Unescapes the inside of a JSON string. The result is never longer than the input.</summary>
    /// <returns>Bytes written to <paramref name="destination"/>, which is at least as long as <paramref name="escaped"/>.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> destination, ref LogRecordFlags flags)
    {
        var written = 0;
        while (true)
        {
            var backslash = escaped.IndexOf((byte)'\\');
            var plain = backslash < 0 ? escaped.Length : backslash;
            escaped[..plain].CopyTo(destination[written..]);
            written += plain;
            if (backslash < 0)
            {
                return written;
            }

            escaped = escaped[plain..];
            if (escaped[1] == 'u')
            {
                var rune = ReadUnicodeEscape(escaped, out var length, ref flags);
                written += rune.EncodeToUtf8(destination[written..]);
                escaped = escaped[length..];
            }
            else
            {
                destination[written++] = escaped[1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    var itself => itself,
                };
                escaped = escaped[2..];
            }
        }
    }

    /// <summary>Writes a JSON string whose inside is already escaped, with quotes; escapes jsonb refuses are replaced.</summary>
    /// <param name="hasEscapes">Whether there is a backslash in it at all.</param>
    public static void WriteEscapedString(RecordArena arena, ReadOnlySpan<byte> inside, bool hasEscapes, ref LogRecordFlags flags)
    {
        arena.Write((byte)'"');
        if (hasEscapes && inside.IndexOf("\\u"u8) >= 0)
        {
            WriteReplacingUnstorable(arena, inside, ref flags);
        }
        else
        {
            arena.Write(inside);
        }

        arena.Write((byte)'"');
    }

    /// <summary>Writes plain UTF-8 as a JSON string, with quotes.</summary>
    public static void WriteString(IBufferWriter<byte> writer, ReadOnlySpan<byte> text)
    {
        writer.Write("\""u8);
        while (true)
        {
            var at = text.IndexOfAny(s_mustEscape);
            writer.Write(at < 0 ? text : text[..at]);
            if (at < 0)
            {
                writer.Write("\""u8);
                return;
            }

            WriteEscape(writer, text[at]);
            text = text[(at + 1)..];
        }
    }

    /// <summary>Writes a string as a JSON string, with quotes.</summary>
    public static void WriteString(IBufferWriter<byte> writer, string text)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        WriteString(writer, utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8)));
        ArrayPool<byte>.Shared.Return(utf8);
    }

    private static void WriteEscape(IBufferWriter<byte> writer, byte value)
    {
        var span = writer.GetSpan(6);
        span[0] = (byte)'\\';
        var letter = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)'u',
        };
        span[1] = letter;
        if (letter != 'u')
        {
            writer.Advance(2);
            return;
        }

        Utf8Formatter.TryFormat((uint)value, span[2..], out _, new StandardFormat('x', 4));
        writer.Advance(6);
    }

    private static void WriteReplacingUnstorable(RecordArena arena, ReadOnlySpan<byte> inside, ref LogRecordFlags flags)
    {
        while (true)
        {
            var backslash = inside.IndexOf((byte)'\\');
            arena.Write(backslash < 0 ? inside : inside[..backslash]);
            if (backslash < 0)
            {
                return;
            }

            inside = inside[backslash..];
            var length = 2;
            if (inside[1] == 'u' && ReadUnicodeEscape(inside, out length, ref flags) == Rune.ReplacementChar)
            {
                arena.Write("\\ufffd"u8);
            }
            else
            {
                arena.Write(inside[..length]);
            }

            inside = inside[length..];
        }
    }

    // \u0041, or a pair: \ud83d\ude00
    private static Rune ReadUnicodeEscape(ReadOnlySpan<byte> escape, out int length, ref LogRecordFlags flags)
    {
        length = 6;
        var first = ReadHex(escape[2..]);
        if (first == 0)
        {
            flags |= LogRecordFlags.NulReplaced;
            return Rune.ReplacementChar;
        }

        if (Rune.TryCreate(first, out var rune))
        {
            return rune;
        }

        if (char.IsHighSurrogate(first) && escape.Length >= 12 && escape[6] == '\\' && escape[7] == 'u'
            && Rune.TryCreate(first, ReadHex(escape[8..]), out rune))
        {
            length = 12;
            return rune;
        }

        flags |= LogRecordFlags.InvalidUtf8Replaced;
        return Rune.ReplacementChar;
    }

    private static char ReadHex(ReadOnlySpan<byte> digits) =>
        Utf8Parser.TryParse(digits[..4], out ushort value, out _, 'x') ? (char)value : char.MinValue;
}
