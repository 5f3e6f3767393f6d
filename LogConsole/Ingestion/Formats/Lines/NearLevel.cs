namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// A level word among the first eight words of a text, within 120 bytes, that cannot be prose: in capitals (<c>WARN</c>),
/// in brackets (<c>[notice]</c>), before a colon (<c>error:</c>) or as <c>level=warn</c>. Single letters never count.
/// </summary>
internal static class NearLevel
{
    private const int NearBytes = 120;
    private const int NearWords = 8;
    private const int LongestLast = 24;

    /// <summary>The severity of a level that is the text's last word: <c>order placed [INFO]</c>, <c>order placed level=info</c>; 0 when there is none.</summary>
    /// <param name="isBare">It is capitals alone, which may be prose.</param>
    public static byte OfEnd(ReadOnlySpan<byte> text, out TextSpan level, out bool isBare)
    {
        level = default;
        isBare = false;
        var start = text.LastIndexOfAny((byte)' ', (byte)'\t') + 1;
        var word = text[start..];
        if (start == 0 || word.Length is < 3 or > LongestLast)
        {
            return SeverityNumber.Unspecified;
        }

        byte number;
        if (word[^1] is (byte)']' or (byte)')' or (byte)'>' or (byte)'|')
        {
            var bare = word.Trim("[]()<>|"u8);
            number = bare.Length < 3 ? SeverityNumber.Unspecified : SeverityWords.NumberOf(bare);
            level = number == 0 ? default : new TextSpan(start + word.IndexOf(bare), bare.Length);
            return number;
        }

        number = LevelToken.OfWord(word, isLoose: false, out level);
        level = number == 0 ? default : new TextSpan(start + level.Start, level.Length);
        isBare = level.Start == start;
        return number;
    }

    /// <summary>The severity, or 0.</summary>
    public static byte Of(ReadOnlySpan<byte> text, out TextSpan level)
    {
        text = text[..Math.Min(text.Length, NearBytes)];
        var at = 0;
        for (var words = 0; words < NearWords; words++)
        {
            at = LineText.SkipSpaces(text, at);
            var end = LineText.EndOfWord(text, at);
            if (OfWord(text[at..end], isFirst: at == 0, out level) is > 0 and var number)
            {
                level = new TextSpan(at + level.Start, level.Length);
                return number;
            }

            at = end;
        }

        level = default;
        return SeverityNumber.Unspecified;
    }

    // INFO, INFO:, [error], <warn>, level=warn, "[2026-11-20]ERROR" is not one
    private static byte OfWord(ReadOnlySpan<byte> word, bool isFirst, out TextSpan level)
    {
        level = default;
        if (word.Length < 3)
        {
            return SeverityNumber.Unspecified;
        }

        if (word[0] is (byte)'[' or (byte)'<' or (byte)'(' or (byte)'|')
        {
            var bare = word.Trim("[]()<>|,;:-"u8);
            var number = bare.Length < 3 ? (byte)0 : SeverityWords.NumberOf(bare);
            level = number == 0 ? default : new TextSpan(word.IndexOf(bare), bare.Length);
            return number;
        }

        // "INFO[0001] text", "WARNING:shop.orders:text"
        if (isFirst && word.IndexOfAny((byte)'[', (byte)':') is > 2 and var sign && sign < word.Length - 1)
        {
            word = word[..sign];
        }

        if (word[^1] is (byte)']' or (byte)')' or (byte)'-' or (byte)'>')
        {
            word = word.TrimEnd("])>-"u8);
        }

        return LevelToken.OfWord(word, isLoose: false, out level);
    }
}
