namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>Colours and other marks of terminals (<c>ESC [ 3 2 m</c>), which are no text.</summary>
/// <remarks>https://ecma-international.org/publications-and-standards/standards/ecma-48/ (control sequences)</remarks>
internal static class AnsiText
{
    private const byte Escape = 0x1B;

    public static bool IsMarked(ReadOnlySpan<byte> text) => text.IndexOf("\u001b["u8) >= 0;

    /// <summary>The text without them; the same piece when it has none.</summary>
    public static ReadOnlyMemory<byte> Plain(ReadOnlyMemory<byte> text, RecordArena arena)
    {
        if (!IsMarked(text.Span))
        {
            return text;
        }

        arena.Begin();
        var rest = text.Span;
        while (TryNext(rest, out var before, out var after))
        {
            arena.Write(rest[..before]);
            rest = rest[after..];
        }

        arena.Write(rest);
        return arena.End();
    }

    /// <summary>The same, in memory of its own.</summary>
    public static ReadOnlyMemory<byte> Plain(ReadOnlyMemory<byte> text)
    {
        if (!IsMarked(text.Span))
        {
            return text;
        }

        var plain = new byte[text.Length];
        var length = 0;
        var rest = text.Span;
        while (TryNext(rest, out var before, out var after))
        {
            rest[..before].CopyTo(plain.AsSpan(length));
            length += before;
            rest = rest[after..];
        }

        rest.CopyTo(plain.AsSpan(length));
        return plain.AsMemory(0, length + rest.Length);
    }

    // Parameters are digits and ; : < = > ?, then signs, then one letter ends it. What is broken stays text.
    private static bool TryNext(ReadOnlySpan<byte> text, out int start, out int end)
    {
        end = 0;
        for (start = 0; start + 2 < text.Length; start++)
        {
            var next = text[start..].IndexOf(Escape);
            if (next < 0)
            {
                return false;
            }

            start += next;
            if (start + 2 >= text.Length || text[start + 1] != '[')
            {
                continue;
            }

            end = start + 2;
            while (end < text.Length && text[end] is >= 0x20 and <= 0x3F)
            {
                end++;
            }

            if (end < text.Length && text[end] is >= 0x40 and <= 0x7E)
            {
                end++;
                return true;
            }
        }

        return false;
    }
}
