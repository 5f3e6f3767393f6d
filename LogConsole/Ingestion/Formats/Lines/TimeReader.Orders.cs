namespace LogConsole.Ingestion.Formats.Lines;

// Dates of two or three numbers, whose order differs between nations, and a day before the name of its month.
internal static partial class TimeReader
{
    // 17/06/09 20:10:40, 11/20/2026 10:15:30 AM, 20.11.2026 10:15:30, 03-17 16:13:38.811, 20-Nov-2026 10:15:30.123, 20/Nov/2026:10:15:30 +0000, 20 Nov 2026 10:15:30
    private static bool NumbersOrName(ReadOnlySpan<byte> text, int digits, TimeRules rules, DateOrder order, ref TimeMatch match)
    {
        var separator = text[digits];
        var first = Number(text, 0, digits);
        var at = digits + 1;
        if (LineText.IsUpper(text[at]))
        {
            return DayThenName(text, at, first, separator, rules, ref match);
        }

        if (separator == ' ' || !TrySmall(text, ref at, out var second) || at >= text.Length)
        {
            return false;
        }

        if (text[at] != separator)
        {
            // Month and day, or the other way round where that is the only way.
            var swapped = first > 12 || (order == DateOrder.DayFirst && second <= 12);
            var (month, day) = swapped ? (second, first) : (first, second);
            match.ProvenOrder = first > 12 ? DateOrder.DayFirst : second > 12 ? DateOrder.MonthFirst : DateOrder.Unknown;
            if (month is < 1 or > 12 || day is < 1 or > 31 || rules.YearOf(month, day) is not (> 0 and var year))
            {
                return false;
            }

            return WithClock(text, at, Calendar.DayNumber(year, month, day), rules, ref match);
        }

        at++;
        var yearDigits = LineText.CountDigits(text[at..]);
        if (yearDigits is not (2 or 4))
        {
            return false;
        }

        var third = Number(text, at, yearDigits);
        return Numbers(first, second, third, yearDigits, separator, order, ref match, out var number) && WithClock(text, at + yearDigits, number, rules, ref match);
    }

    private static bool Numbers(int first, int second, int third, int thirdDigits, byte separator, DateOrder order, ref TimeMatch match, out long day)
    {
        var lastYear = thirdDigits == 4 ? third : 2000 + third;
        var byYear = thirdDigits == 2 && Calendar.IsDate(2000 + first, second, third);
        var byMonth = Calendar.IsDate(lastYear, first, second);
        var byDay = Calendar.IsDate(lastYear, second, first);
        if ((byYear ? 1 : 0) + (byMonth ? 1 : 0) + (byDay ? 1 : 0) == 1)
        {
            match.ProvenOrder = byYear ? DateOrder.YearFirst : byMonth ? DateOrder.MonthFirst : DateOrder.DayFirst;
        }

        var dayBeforeMonth = order == DateOrder.DayFirst || (order != DateOrder.MonthFirst && separator is (byte)'.' or (byte)'-');
        day = byYear && (order is DateOrder.Unknown or DateOrder.YearFirst || !(byMonth || byDay)) ? Calendar.DayNumber(2000 + first, second, third)
            : byDay && (dayBeforeMonth || !byMonth) ? Calendar.DayNumber(lastYear, second, first)
            : byMonth ? Calendar.DayNumber(lastYear, first, second)
            : long.MinValue;
        return day != long.MinValue;
    }

    private static bool DayThenName(ReadOnlySpan<byte> text, int at, int day, byte separator, TimeRules rules, ref TimeMatch match)
    {
        var month = Calendar.MonthAt(text[at..], out var length);
        at += length;
        if (month == 0 || at >= text.Length || text[at] is not ((byte)' ' or (byte)'-' or (byte)'/' or (byte)','))
        {
            return false;
        }

        at++;
        var digits = LineText.CountDigits(text[at..]);
        var year = digits switch
        {
            4 => Number(text, at, 4),
            2 when separator != ' ' => 2000 + Number(text, at, 2),
            _ => 0,
        };
        at += year == 0 ? -1 : digits;
        year = year == 0 && day is >= 1 and <= 31 ? rules.YearOf(month, day) : year;
        return Calendar.IsDate(year, month, day) && WithClock(text, at, Calendar.DayNumber(year, month, day), rules, ref match);
    }
}
