namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>Which number of <c>03/04/05</c> is what.</summary>
internal enum DateOrder : byte
{
    /// <summary>Nothing is known: year first where three numbers of two digits allow it, else month first; with dots day first.</summary>
    Unknown,
    YearFirst,
    MonthFirst,
    DayFirst,
}

/// <summary>
/// What a source's timestamps do not say themselves. A date without a year is in the newest year that does not put it more than a day after
/// <see cref="Newest"/>; a time without a date is on the newest such day. Immutable.
/// </summary>
internal sealed class TimeRules
{
    private const long MicrosPerDay = 86_400_000_000;
    private readonly long _limit;
    private readonly int _newestYear;
    private readonly long _newestDay;

    public TimeRules(SourceZone zone, LogTimestamp newest)
    {
        Zone = zone;
        Newest = newest;
        _limit = newest.UnixMicroseconds + MicrosPerDay;
        _newestYear = newest.ToDateTimeOffset().Year;
        _newestDay = Math.DivRem(newest.UnixMicroseconds, MicrosPerDay).Quotient;
    }

    /// <summary>Applied to times that name no zone.</summary>
    public SourceZone Zone { get; }

    /// <summary>No line is younger: the file's last change, or the moment of arrival.</summary>
    public LogTimestamp Newest { get; }

    /// <summary>The year of a date that names none; 0 when there is no such day in any near year.</summary>
    public int YearOf(int month, int day)
    {
        for (var year = _newestYear + 1; year > _newestYear - 9 && year > 0; year--)
        {
            if (year <= 9999 && day <= DateTime.DaysInMonth(year, month) && Calendar.DayNumber(year, month, day) * MicrosPerDay <= _limit)
            {
                return year;
            }
        }

        return 0;
    }

    /// <summary>The day (since 1970) of a time of day that names none.</summary>
    public long DayOf(long microsOfDay) =>
        Zone.ToUtc((_newestDay * MicrosPerDay) + microsOfDay) > Newest.UnixMicroseconds + (MicrosPerDay / 24) ? _newestDay - 1 : _newestDay;
}
