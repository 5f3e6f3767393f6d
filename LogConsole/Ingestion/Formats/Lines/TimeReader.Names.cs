namespace LogConsole.Ingestion.Formats.Lines;

// Dates that begin with the name of a weekday or a month.
internal static partial class TimeReader
{
    // Nov 20 10:15:30, Nov  7 2026 10:15:30, Nov 20, 2026 9:15:30 AM, Fri Nov 20 10:15:30.123 2026, Fri, 20 Nov 2026 10:15:30 GMT
    private static bool FromName(ReadOnlySpan<byte> text, TimeRules rules, ref TimeMatch match)
    {
        var at = 0;
        if (Calendar.WeekdayAt(text) is > 0 and var weekday)
        {
            at = LineText.SkipSpaces(text, weekday + (text.Length > weekday && text[weekday] == ',' ? 1 : 0));
            if (at == weekday || text.Length - at < 8)
            {
                return false;
            }

            if (LineText.IsDigit(text[at]))
            {
                var found = FromDigits(text[at..], rules, DateOrder.Unknown, ref match);
                match.Length += at;
                return found;
            }
        }

        var month = Calendar.MonthAt(text[at..], out var length);
        var day = 0;
        if (month == 0 || at + length >= text.Length || text[at + length] != ' ')
        {
            return false;
        }

        at = LineText.SkipSpaces(text, at + length);
        if (!TrySmall(text, ref at, out day) || day is < 1 or > 31 || at >= text.Length)
        {
            return false;
        }

        at += text[at] == ',' ? 1 : 0;
        var year = 0;
        var yearAt = LineText.SkipSpaces(text, at);
        if (LineText.CountDigits(text[yearAt..]) == 4 && yearAt + 4 < text.Length && text[yearAt + 4] is (byte)' ' or (byte)',')
        {
            year = Number(text, yearAt, 4);
            at = yearAt + 4;
        }

        return WithName(text, at, year, month, day, rules, ref match);
    }

    private static bool WithName(ReadOnlySpan<byte> text, int at, int year, int month, int day, TimeRules rules, ref TimeMatch match)
    {
        at = LineText.SkipSpaces(text, at + (at < text.Length && text[at] == ',' ? 1 : 0));
        if (!ClockReader.TryRead(text[at..], out var clock))
        {
            return false;
        }

        // The year may come last: "10:15:30 2026", "10:15:30 UTC 2026".
        var last = at + clock.Length + 1;
        var zone = 0;
        var zoned = year == 0 && last < text.Length && Calendar.TryZoneAt(text[last..], out zone, out var zoneLength) && (last += zoneLength + 1) > 0;
        if (year == 0 && last + 4 <= text.Length && LineText.CountDigits(text[last..]) == 4 && Number(text, last, 4) is >= 1970 and <= 2100 and var lastYear
            && Calendar.IsDate(lastYear, month, day))
        {
            match.Form = TimeForm.Numbers;
            Set(Calendar.DayNumber(lastYear, month, day), clock, zoned ? zone : null, rules, ref match);
            match.Length = last + 4;
            return true;
        }

        match.YearAssumed = year == 0;
        year = year == 0 ? rules.YearOf(month, day) : year;
        match.Form = TimeForm.MonthName;
        return Calendar.IsDate(year, month, day) && Finish(text, at, Calendar.DayNumber(year, month, day), clock, rules, ref match);
    }
}
