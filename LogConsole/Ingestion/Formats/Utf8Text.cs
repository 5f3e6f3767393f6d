using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace LogConsole.Ingestion.Formats;

/// <summary>What PostgreSQL's <c>text</c> asks of bytes: valid UTF-8 without NUL.</summary>
internal static class Utf8Text
{
    /// <summary>U+FFFD in UTF-8: what stands where something unreadable stood.</summary>
    public static ReadOnlySpan<byte> Replacement => "\uFFFD"u8;

    /// <summary>True when the text can be stored as it is. Vectorised.</summary>
    public static bool IsClean(ReadOnlySpan<byte> text) => !text.Contains((byte)0) && Utf8.IsValid(text);

    /// <summary>Writes the text to the arena's current item with every NUL and every invalid sequence replaced, and says so in the flags.</summary>
    public static void WriteRepaired(RecordArena arena, ReadOnlySpan<byte> text, ref LogRecordFlags flags)
    {
        while (!text.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(text, out var rune, out var length);
            if (status != OperationStatus.Done)
            {
                flags |= LogRecordFlags.InvalidUtf8Replaced;
                arena.Write(Replacement);
            }
            else if (rune.Value == 0)
            {
                flags |= LogRecordFlags.NulReplaced;
                arena.Write(Replacement);
            }
            else
            {
                arena.Write(text[..length]);
            }

            text = text[length..];
        }
    }

    /// <summary>The text with every NUL and every half of a surrogate pair replaced; the same instance when there is none.</summary>
    public static string Repaired(string text)
    {
        var isClean = true;
        foreach (var rune in text.AsSpan().EnumerateRunes())
        {
            // A lone surrogate is enumerated as the replacement itself.
            isClean &= rune.Value != 0 && rune != Rune.ReplacementChar;
        }

        return isClean ? text : string.Concat(text.EnumerateRunes().Select(rune => rune.Value == 0 ? Rune.ReplacementChar : rune));
    }

    /// <summary>The largest length of at most <paramref name="maxBytes"/> that does not cut a character of valid UTF-8.</summary>
    public static int CutLength(ReadOnlySpan<byte> text, int maxBytes)
    {
        if (text.Length <= maxBytes)
        {
            return text.Length;
        }

        var length = maxBytes;
        while (length > 0 && length > maxBytes - 4 && (text[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return length;
    }

    /// <summary>The text as a string of at most <paramref name="maxChars"/> UTF-16 units, never ending in half a pair.</summary>
    public static string ToString(ReadOnlySpan<byte> text, int maxChars)
    {
        // Three bytes a UTF-16 unit is UTF-8's worst case, so this much of the text always suffices.
        var value = Encoding.UTF8.GetString(text[..CutLength(text, maxChars * 3)]);
        if (value.Length <= maxChars)
        {
            return value;
        }

        return value[..(char.IsHighSurrogate(value[maxChars - 1]) ? maxChars - 1 : maxChars)];
    }
}
