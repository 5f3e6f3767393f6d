namespace LogConsole.Ingestion;

/// <summary>What was done to a record, or is odd about it, on its way in. Stored with the row (smallint).</summary>
[Flags]
public enum LogRecordFlags : short
{
    None = 0,

    /// <summary>The line was longer than the limit; the rest is gone.</summary>
    Truncated = 1,

    /// <summary>Invalid UTF-8 was replaced by U+FFFD.</summary>
    InvalidUtf8Replaced = 2,

    /// <summary>NUL characters were replaced by U+FFFD: PostgreSQL text cannot hold them.</summary>
    NulReplaced = 4,

    /// <summary>The sender gave no timestamp that could be read; the arrival time stands in.</summary>
    TimestampMissing = 8,

    /// <summary>The timestamp lies further in the future than the limit.</summary>
    FarFuture = 16,

    /// <summary>The timestamp lies further in the past than the limit.</summary>
    FarPast = 32,

    /// <summary>The timestamp had no zone; the source's default zone was applied.</summary>
    ZoneAssumed = 64,

    /// <summary>The service limit was reached; the row stands under <c>_other</c> and keeps its own name in an attribute.</summary>
    ServiceFolded = 128,

    /// <summary>The record stood beyond its window's allowed lateness when it was committed.</summary>
    Late = 256,
}
