namespace LogConsole.Logs;

/// <summary>Which records a query wants. All conditions hold together.</summary>
public sealed record LogFilter
{
    /// <summary>Event time from here on, inclusive.</summary>
    public DateTimeOffset From { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Event time before here.</summary>
    public DateTimeOffset To { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Only these services; null for all. An empty list finds nothing.</summary>
    public int[]? ServiceIds { get; init; }

    /// <summary>Severity number at least this; 0 for all.</summary>
    public byte MinSeverity { get; init; }

    /// <summary>Plain text the message must contain, ignoring case; null for all.</summary>
    public string? Text { get; init; }

    /// <summary>Only records of this template; null for all.</summary>
    public int? TemplateId { get; init; }
}

/// <summary>A place in a newest-first listing: the record after which the next page starts.</summary>
/// <param name="UnixMicroseconds">Its event time.</param>
/// <param name="Id">Its id.</param>
public readonly record struct LogCursor(long UnixMicroseconds, long Id)
{
    /// <summary>URL-safe text.</summary>
    public override string ToString() => $"{UnixMicroseconds:x}.{Id:x}";

    /// <summary>False when the text is no cursor.</summary>
    public static bool TryParse(string text, out LogCursor cursor)
    {
        cursor = default;
        var parts = text.Split('.');
        if (parts.Length != 2
            || !long.TryParse(parts[0], System.Globalization.NumberStyles.HexNumber, null, out var micros)
            || !long.TryParse(parts[1], System.Globalization.NumberStyles.HexNumber, null, out var id))
        {
            return false;
        }

        cursor = new LogCursor(micros, id);
        return true;
    }
}
