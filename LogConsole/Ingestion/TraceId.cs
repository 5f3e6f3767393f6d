namespace LogConsole.Ingestion;

/// <summary>A W3C trace id, 16 bytes big-endian as in its hex text. All zero means none.</summary>
public readonly record struct TraceId(ulong High, ulong Low)
{
    /// <summary>True when the record carries no trace id.</summary>
    public bool IsEmpty => (High | Low) == 0;

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";
}
