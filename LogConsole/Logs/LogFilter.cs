using LogConsole.Ingestion;

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

    /// <summary>Only these severity bands, on top of <see cref="MinSeverity"/>; null for all.</summary>
    public IReadOnlyList<SeverityBand>? Bands { get; init; }

    /// <summary>None of these services; null for no such condition.</summary>
    public int[]? NotServiceIds { get; init; }

    /// <summary>Plain text the message must contain, ignoring case; null for all.</summary>
    public string? Text { get; init; }

    /// <summary>Only records of this template; null for all.</summary>
    public int? TemplateId { get; init; }

    /// <summary>No records of these templates; null for no such condition.</summary>
    public int[]? NotTemplateIds { get; init; }

    /// <summary>Only records of this trace; empty for all.</summary>
    public TraceId TraceId { get; init; }

    /// <summary>Only messages of this kind; null for all.</summary>
    public MessageKind? Kind { get; init; }

    /// <summary>Only records with a higher id, that is, stored later by the same writer; null for all.</summary>
    public long? AfterId { get; init; }

    /// <summary>Only records with a lower id; null for all.</summary>
    public long? BeforeId { get; init; }

    /// <summary>The bands that can match: those at or above <see cref="MinSeverity"/> that <see cref="Bands"/> names.</summary>
    internal IEnumerable<SeverityBand> PossibleBands =>
        Enum.GetValues<SeverityBand>().Where(band => band >= SeverityBands.Of(MinSeverity) && (Bands is null || Bands.Contains(band)));

    /// <summary>Whether the rollups can say where to look: with no condition they count, every window has something.</summary>
    internal bool IsCounted => HasCounted || IsUncounted;

    /// <summary>Whether there is a condition that rollups count.</summary>
    internal bool HasCounted => ServiceIds is not null || MinSeverity != 0 || Bands is not null || TemplateId is not null;

    /// <summary>Whether there is a condition that no rollup counts, so that many records of a window may not match.</summary>
    internal bool IsUncounted => Text is not null || NotServiceIds is not null || NotTemplateIds is not null || !TraceId.IsEmpty || Kind is not null;
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
