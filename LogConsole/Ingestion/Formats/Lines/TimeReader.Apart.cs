namespace LogConsole.Ingestion.Formats.Lines;

// A date and a time of day that do not stand as a timestamp has them.
internal static partial class TimeReader
{
    private const int LongestJoined = 96;
    private const int MostDateWords = 4;

    /// <summary>Reads a date and a time of day from two texts; both are read to their end.</summary>
    public static bool TryJoin(ReadOnlySpan<byte> date, ReadOnlySpan<byte> clock, TimeRules rules, DateOrder order, out TimeMatch match)
    {
        match = default;
        var length = date.Length + 1 + clock.Length;
        if (date.IsEmpty || clock.IsEmpty || length > LongestJoined)
        {
            return false;
        }

        Span<byte> joined = stackalloc byte[LongestJoined];
        date.CopyTo(joined);
        joined[date.Length] = (byte)' ';
        clock.CopyTo(joined[(date.Length + 1)..]);
        return TryRead(joined[..length], rules, order, out match) && match.Length == length && match.Form != TimeForm.ClockOnly;
    }

    /// <summary>The date a text begins with, of the time of day that stands before it: <c>10:15:30 20-Nov-2026</c>, <c>10:15:30 Fri Nov 20 2026</c>.</summary>
    /// <param name="length">The date's.</param>
    public static bool TryDateBehind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> clock, TimeRules rules, DateOrder order, out TimeMatch match, out int length)
    {
        match = default;
        length = 0;
        for (int words = 0, at = 0; words < MostDateWords; words++)
        {
            var end = at;
            while (end < text.Length && (IsWordByte(text[end]) || text[end] is (byte)'-' or (byte)'.' or (byte)'/'))
            {
                end++;
            }

            if (end == at)
            {
                break;
            }

            if (IsDateLike(text[..end]) && TryJoin(text[..end], clock, rules, order, out var found))
            {
                match = found;
                match.Form = TimeForm.Numbers;
                length = end;
            }

            at = end + (end < text.Length && text[end] == ',' ? 1 : 0);
            at = LineText.SkipSpaces(text, at);
            if (at == end)
            {
                break;
            }
        }

        return length > 0;
    }

    /// <summary>Whether a word is a date that says day, month and year, or names its month: "1-2" may be anything.</summary>
    public static bool IsDate(ReadOnlySpan<byte> word, TimeRules rules, DateOrder order) =>
        IsDateLike(word) && TryJoin(word, "00:00:00"u8, rules, order, out _);

    private static bool IsDateLike(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !(LineText.IsDigit(text[0]) || LineText.IsUpper(text[0])) || text.Contains((byte)':'))
        {
            return false;
        }

        return text.ContainsAnyInRange((byte)'A', (byte)'z')
            || (!text.Contains((byte)' ') && (LineText.CountDigits(text) == 8 || text.Count((byte)'-') == 2 || text.Count((byte)'.') == 2 || text.Count((byte)'/') == 2));
    }
}
