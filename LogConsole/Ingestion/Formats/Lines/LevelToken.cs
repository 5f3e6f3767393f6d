namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// Tells a level in a header from a word of a message: <c>INFO</c>, <c>WARN:</c>, <c>[notice]</c>, <c>[core:error]</c>, <c>&lt;warn&gt;</c>,
/// <c>level=info</c>; where a header has gone before also <c>Info</c> or <c>error:</c>.
/// </summary>
internal static class LevelToken
{
    private const int Longest = 14;

    /// <summary>A word as it stands; 0 when it is no level.</summary>
    /// <param name="isLoose">Small letters will do: it is set apart by wide space, or the source has levels here.</param>
    /// <param name="level">The word alone, relative to the token.</param>
    public static byte OfWord(ReadOnlySpan<byte> token, bool isLoose, out TextSpan level)
    {
        level = default;
        if (token.Length is < 3 or > 24)
        {
            return 0;
        }

        if ((token[0] | 0x20) == 'l' && token.IndexOf((byte)'=') is > 0 and var equals && token[..equals] is var name
            && (name.SequenceEqual("level"u8) || name.SequenceEqual("lvl"u8)))
        {
            level = new TextSpan(equals + 1, token.Length - equals - 1);
            return SeverityWords.NumberOf(level.Of(token));
        }

        var end = token.Length;
        var isMarked = token[end - 1] is (byte)':' or (byte)',' or (byte)';' or (byte)'|';
        end -= isMarked ? 1 : 0;
        // "DEBUG1:" is PostgreSQL's.
        if (end is < 3 or > Longest || !LineText.IsLetter(token[0]) || !LineText.IsLetter(token[LineText.IsDigit(token[end - 1]) ? end - 2 : end - 1]))
        {
            return 0;
        }

        var word = token[..end];
        if (!isLoose && !(isMarked && token[end] == ':') && word.ContainsAnyInRange((byte)'a', (byte)'z'))
        {
            return 0;
        }

        var number = SeverityWords.NumberOf(word);

        // "LOG:" is PostgreSQL's, LOG alone is anything.
        if (number == SeverityNumber.Info && !isMarked && word.Length is 3 or 6 or 7 && word[0] is not ((byte)'I' or (byte)'i'))
        {
            return 0;
        }

        level = new TextSpan(0, number == 0 ? 0 : end);
        return number;
    }

    /// <summary>The inside of brackets, any case, single letters too; a module or a thread may stand before it: <c>core:error</c>, <c>main/ERROR</c>.</summary>
    public static byte OfGroup(ReadOnlySpan<byte> inside, out TextSpan level)
    {
        level = default;
        var start = LineText.SkipSpaces(inside, 0);
        var end = inside.Length;
        while (end > start && LineText.IsSpace(inside[end - 1]))
        {
            end--;
        }

        // Minecraft: "[Server thread/ERROR]"
        if (inside[start..end].LastIndexOf((byte)'/') is > 0 and var slash && OfWord(inside[(start + slash + 1)..end], isLoose: false, out level) is > 0 and var ofThread)
        {
            level = new TextSpan(start + slash + 1, level.Length);
            return ofThread;
        }

        start = inside[start..end].LastIndexOf((byte)':') is >= 0 and var colon ? start + colon + 1 : start;
        if (end - start is < 1 or > Longest || !LineText.IsLetter(inside[start]))
        {
            return 0;
        }

        // [System] is what MySQL calls its start and end.
        var number = inside[start..end].SequenceEqual("System"u8) ? SeverityNumber.Info : SeverityWords.NumberOf(inside[start..end]);
        level = new TextSpan(start, number == 0 ? 0 : end - start);
        return number;
    }

    /// <summary>A letter alone, as Android and MongoDB write it.</summary>
    public static byte OfLetter(byte letter) => letter switch
    {
        (byte)'V' => SeverityNumber.Trace,
        (byte)'D' => SeverityNumber.Debug,
        (byte)'I' => SeverityNumber.Info,
        (byte)'W' => SeverityNumber.Warn,
        (byte)'E' => SeverityNumber.Error,
        (byte)'F' => SeverityNumber.Fatal,
        _ => 0,
    };

    /// <summary>MongoDB's <c>I</c> and <c>D1</c> to <c>D5</c>; 0 for others.</summary>
    public static byte OfMongo(ReadOnlySpan<byte> word) =>
        word.Length == 1 || word is [(byte)'D', >= (byte)'1' and <= (byte)'5'] ? OfLetter(word[0]) : SeverityNumber.Unspecified;

    /// <summary>Cisco's <c>%ASA-6-302013:</c>: the digit is syslog's severity.</summary>
    public static byte OfMnemonic(ReadOnlySpan<byte> token)
    {
        if (token.Length < 6 || token[0] != '%')
        {
            return 0;
        }

        for (var i = 2; i + 2 < token.Length; i++)
        {
            if (token[i] == '-' && token[i + 2] == '-' && LineText.IsDigit(token[i + 1]))
            {
                return SeverityWords.OfSyslog(token[i + 1] - '0');
            }
        }

        return 0;
    }
}
