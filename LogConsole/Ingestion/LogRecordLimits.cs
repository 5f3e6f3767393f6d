namespace LogConsole.Ingestion;

/// <summary>Lengths every source keeps to, in UTF-16 units.</summary>
public static class LogRecordLimits
{
    /// <summary>Longest <see cref="LogRecord.Service"/> and <see cref="LogRecord.Host"/>.</summary>
    public const int NameChars = 128;

    /// <summary>Longest <see cref="LogRecord.SeverityText"/>.</summary>
    public const int SeverityTextChars = 32;
}
