namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>What a line's header says, as pieces of the line. Filled by one format; a field that is not there stays empty.</summary>
internal struct LineFields
{
    public bool HasTime;

    /// <summary>UTC; meaningful with <see cref="HasTime"/>.</summary>
    public LogTimestamp Time;

    /// <summary>Digits after the second the line has, 0–9.</summary>
    public byte FractionDigits;

    /// <summary>The line named no zone: the source's was applied.</summary>
    public bool ZoneAssumed;

    /// <summary>Where the header begins: what is before it (a priority, a container runtime's prefix) has been read.</summary>
    public int Start;

    /// <summary>The time as written.</summary>
    public TextSpan Clock;

    /// <summary>The same moment written once more, or its date where that stands apart.</summary>
    public TextSpan ClockAgain;

    /// <summary>1–24, 0 when the line names no level.</summary>
    public byte SeverityNumber;

    /// <summary>The level as written, without brackets.</summary>
    public TextSpan Level;

    /// <summary>The program, where the format names one.</summary>
    public TextSpan Service;

    public TextSpan Host;

    /// <summary>The logger, class, tag or module.</summary>
    public TextSpan Logger;

    public TextSpan Thread;

    public TextSpan ProcessId;

    /// <summary>The message: as a rule to the end of the line, trailing white space excluded.</summary>
    public TextSpan Body;

    /// <summary>The body's inside is between quotes with backslashes before some bytes.</summary>
    public bool BodyHasEscapes;

    /// <summary>The body's inside is between quotes, a quote of its own written twice.</summary>
    public bool BodyHasDoubledQuotes;

    /// <summary>The header has words that became no field.</summary>
    public bool HasOtherColumns;

    /// <summary>The line is <c>key=value</c> pairs: those that became no field are attributes.</summary>
    public bool IsLogfmt;

    /// <summary>The pairs are LTSV's: <c>key:value</c>, a tab between them.</summary>
    public bool IsTabbed;

    /// <summary>Sets the time, and where it was written.</summary>
    public void Take(ref readonly TimeMatch time, TextSpan text)
    {
        Clock = text;
        HasTime = true;
        Time = time.Time;
        FractionDigits = time.FractionDigits;
        ZoneAssumed = time.ZoneAssumed;
    }
}
