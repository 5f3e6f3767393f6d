namespace LogConsole.Logs.Search;

/// <summary>
/// The n-grams of a UTF-8 text: every five neighbouring printable ASCII characters, in lower case. Whatever else stands between them ends a run.
/// A text contains another, ignoring case, only if it has all grams of it. Pure; not for several threads.
/// </summary>
internal ref struct GramReader(ReadOnlySpan<byte> utf8)
{
    /// <summary>Characters of a gram.</summary>
    public const int Length = 5;

    private const ulong Mask = (1UL << (8 * Length)) - 1;

    // By byte: the character in lower case, 0 for one that ends a run.
    private static readonly byte[] s_folded = Folded();

    private readonly ReadOnlySpan<byte> _text = utf8;
    private int _at;
    private ulong _window;
    private int _run;

    /// <summary>The next gram, its characters in the low five bytes; false at the end.</summary>
    public bool Next(out ulong gram)
    {
        var text = _text;
        for (var at = _at; (uint)at < (uint)text.Length; at++)
        {
            var folded = s_folded[text[at]];
            if (folded == 0)
            {
                (folded, var width) = FoldedBeyondAscii(text[at..]);
                at += width - 1;
            }

            if (folded == 0)
            {
                _run = 0;
                continue;
            }

            _window = ((_window << 8) | folded) & Mask;
            if (++_run >= Length)
            {
                _at = at + 1;
                gram = _window;
                return true;
            }
        }

        _at = text.Length;
        gram = 0;
        return false;
    }

    // The two characters beyond ASCII whose lower case is ASCII: to PostgreSQL's ILIKE they are the same letters.
    private static (byte Folded, int Width) FoldedBeyondAscii(ReadOnlySpan<byte> rest)
    {
        if (rest.StartsWith("\u212A"u8))
        {
            return ((byte)'k', 3);
        }

        return rest.StartsWith("\u0130"u8) ? ((byte)'i', 2) : ((byte)0, 1);
    }

    private static byte[] Folded()
    {
        var folded = new byte[256];
        for (var c = ' '; c <= '~'; c++)
        {
            folded[c] = (byte)char.ToLowerInvariant(c);
        }

        return folded;
    }
}
