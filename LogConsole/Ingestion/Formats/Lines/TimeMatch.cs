namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>How a timestamp was written, as far as others care.</summary>
internal enum TimeForm : byte
{
    /// <summary>A date of numbers and a time.</summary>
    Numbers,

    /// <summary>Seconds since 1970.</summary>
    Epoch,

    /// <summary><c>Nov 20 10:15:30</c>: syslog's, whose next words are a host and a tag.</summary>
    MonthName,

    /// <summary>A time without a date.</summary>
    ClockOnly,
}

/// <summary>A timestamp found in a line.</summary>
internal struct TimeMatch
{
    public LogTimestamp Time;

    /// <summary>Bytes from where it was looked for.</summary>
    public int Length;

    public byte FractionDigits;
    public bool ZoneAssumed;

    /// <summary>The date named no year.</summary>
    public bool YearAssumed;
    public TimeForm Form;

    /// <summary>Set when the numbers of the date allow one order only.</summary>
    public DateOrder ProvenOrder;
}
