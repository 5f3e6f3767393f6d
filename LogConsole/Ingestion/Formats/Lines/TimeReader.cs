using System.Buffers.Text;

namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// Reads a timestamp that begins where the text begins, in the layouts log files have: ISO dates with any separators, compact ones
/// (<c>081109 203615</c>, <c>20171223-22:15:29:606</c>), numbers in national orders, names of months, times alone and Unix time.
/// Pure, does not allocate, O(length of the timestamp).
/// </summary>
internal static partial class TimeReader
{
    private const long MicrosPerSecond = 1_000_000;
    private const long MicrosPerDay = 86_400 * MicrosPerSecond;

    // 1990 to 2100: other runs of ten digits are ids.
    private const long FirstEpoch = 631_152_000;
    private const long LastEpoch = 4_102_444_800;

    /// <summary>False when the text does not begin with a timestamp.</summary>
    /// <param name="order">What the source's other lines told about the order of numbers.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, TimeRules rules, DateOrder order, out TimeMatch match)
    {
        match = default;
        if (text.Length < 8)
        {
            return false;
        }

        var found = LineText.IsDigit(text[0]) ? FromDigits(text, rules, order, ref match)
            : LineText.IsUpper(text[0]) && FromName(text, rules, ref match);
        return found && (match.Length == text.Length || !IsWordByte(text[match.Length]));
    }

    private static bool FromDigits(ReadOnlySpan<byte> text, TimeRules rules, DateOrder order, ref TimeMatch match)
    {
        var digits = LineText.CountDigits(text[..Math.Min(20, text.Length)]);
        if (digits == text.Length)
        {
            return digits is 10 or 13 or 16 or 19 ? Epoch(text, digits, ref match) : digits == 14 && Compact(text, rules, ref match);
        }

        return digits switch
        {
            1 or 2 => text[digits] switch
            {
                (byte)':' => ClockAlone(text, rules, ref match),
                (byte)'/' or (byte)'.' or (byte)'-' or (byte)' ' => NumbersOrName(text, digits, rules, order, ref match),
                _ => false,
            },
            4 => YearFirst(text, rules, ref match),
            6 or 8 or 14 => Compact(text, rules, ref match),
            10 or 13 or 16 or 19 => Epoch(text, digits, ref match),
            _ => false,
        };
    }

    // 2026-11-20T10:15:30.123+01:00, 2026/11/20 10:15:30, 2005-06-03-15.42.50.675872, 2026-Nov-20 10:15:30, 2026 Nov 20 10:15:30
    private static bool YearFirst(ReadOnlySpan<byte> text, TimeRules rules, ref TimeMatch match)
    {
        var separator = text[4];
        if (separator is not ((byte)'-' or (byte)'/' or (byte)'.' or (byte)' '))
        {
            return false;
        }

        var year = Number(text, 0, 4);
        var at = 5;
        var month = Calendar.MonthAt(text[5..], out var nameLength);
        if (month != 0)
        {
            at += nameLength;
        }
        else if (separator == ' ' || !TrySmall(text, ref at, out month))
        {
            return false;
        }

        if (at >= text.Length || text[at++] != separator || !TrySmall(text, ref at, out var day))
        {
            return false;
        }

        return Calendar.IsDate(year, month, day) && WithClock(text, at, Calendar.DayNumber(year, month, day), rules, ref match);
    }

    // 20261120T101530Z, 20171223-22:15:29:606, 081109 203615, 130820  4:25:04, 20261120101530
    private static bool Compact(ReadOnlySpan<byte> text, TimeRules rules, ref TimeMatch match)
    {
        var digits = LineText.CountDigits(text);
        var at = digits == 6 ? 2 : 4;
        var year = digits == 6 ? 2000 + Number(text, 0, 2) : Number(text, 0, 4);
        var month = Number(text, at, 2);
        var day = Number(text, at + 2, 2);
        if (!Calendar.IsDate(year, month, day) || year is < 1970 or > 2100)
        {
            return false;
        }

        at += 4;
        return digits == 14
            ? ClockReader.TryRead(text[at..], out var clock) && Finish(text, at, Calendar.DayNumber(year, month, day), clock, rules, ref match)
            : WithClock(text, at, Calendar.DayNumber(year, month, day), rules, ref match);
    }

    private static bool ClockAlone(ReadOnlySpan<byte> text, TimeRules rules, ref TimeMatch match)
    {
        match.Form = TimeForm.ClockOnly;
        return ClockReader.TryRead(text, out var clock) && Finish(text, 0, rules.DayOf(clock.Micros), clock, rules, ref match);
    }

    // 1117838570, 1763632800.123, 1763632800123
    private static bool Epoch(ReadOnlySpan<byte> text, int digits, ref TimeMatch match)
    {
        if (!Utf8Parser.TryParse(text[..digits], out ulong whole, out _))
        {
            return false;
        }

        var seconds = digits switch { 10 => whole, 13 => whole / 1000, 16 => whole / 1_000_000, _ => whole / 1_000_000_000 };
        if (seconds is < FirstEpoch or > LastEpoch)
        {
            return false;
        }

        var length = digits;
        if (digits == 10 && text.Length > 11 && text[10] == '.')
        {
            length += 1 + LineText.CountDigits(text[11..]);
        }

        match.Form = TimeForm.Epoch;
        match.Length = length;
        match.FractionDigits = (byte)Math.Min(9, digits == 10 ? Math.Max(0, length - 11) : digits - 10);
        return TimestampParser.TryParseEpoch(text[..length], out match.Time);
    }

    // The clock follows after a space, several, a tab, 'T', '_', '-', ':' or a comma.
    private static bool WithClock(ReadOnlySpan<byte> text, int at, long day, TimeRules rules, ref TimeMatch match)
    {
        if (at >= text.Length)
        {
            return false;
        }

        var separator = text[at];
        if (separator is not ((byte)' ' or (byte)'\t' or (byte)'T' or (byte)'t' or (byte)'_' or (byte)'-' or (byte)':' or (byte)','))
        {
            return false;
        }

        at = separator is (byte)' ' or (byte)',' ? LineText.SkipSpaces(text, at + 1) : at + 1;
        return (ClockReader.TryRead(text[at..], out var clock) || (separator is (byte)'T' or (byte)' ' && ClockReader.TryReadStrict(text[at..], out clock)))
            && Finish(text, at, day, clock, rules, ref match);
    }

    private static bool Finish(ReadOnlySpan<byte> text, int at, long day, in Clock clock, TimeRules rules, ref TimeMatch match)
    {
        at += clock.Length;
        int? minutes = null;
        var rest = text[at..];
        if (TimestampParser.TryOffset(rest, out var offset, out var length))
        {
            minutes = (int)offset;
            at += length;
        }
        else if (rest.Length > 3 && rest[0] == ' ' && LineText.IsUpper(rest[1]) && Calendar.TryZoneAt(rest[1..], out var named, out length)
            && (rest.Length == length + 1 || !IsWordByte(rest[length + 1])))
        {
            minutes = named;
            at += length + 1;
        }

        Set(day, clock, minutes, rules, ref match);
        match.Length = at;
        return match.Time >= LogTimestamp.MinValue && match.Time <= LogTimestamp.MaxValue;
    }

    private static void Set(long day, in Clock clock, int? offsetMinutes, TimeRules rules, ref TimeMatch match)
    {
        var micros = (day * MicrosPerDay) + clock.Micros;
        match.ZoneAssumed = offsetMinutes is null;
        match.Time = new LogTimestamp(offsetMinutes is { } minutes ? micros - (minutes * 60 * MicrosPerSecond) : rules.Zone.ToUtc(micros), clock.Nanos);
        match.FractionDigits = clock.FractionDigits;
    }

    private static bool TrySmall(ReadOnlySpan<byte> text, ref int at, out int value)
    {
        var digits = at < text.Length ? LineText.CountDigits(text[at..]) : 0;
        value = digits is 1 or 2 ? Number(text, at, digits) : 0;
        at += digits;
        return value != 0;
    }

    private static int Number(ReadOnlySpan<byte> text, int at, int digits)
    {
        var value = 0;
        foreach (var digit in text.Slice(at, digits))
        {
            value = (value * 10) + digit - '0';
        }

        return value;
    }

    private static bool IsWordByte(byte value) => LineText.IsDigit(value) || LineText.IsLetter(value) || value == '_';
}
