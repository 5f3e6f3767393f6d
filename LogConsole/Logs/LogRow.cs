using LogConsole.Ingestion;

namespace LogConsole.Logs;

/// <summary>A stored record as read back.</summary>
public sealed record LogRow
{
    public required long Id { get; init; }

    public required LogTimestamp Timestamp { get; init; }

    public required DateTimeOffset ObservedTimestamp { get; init; }

    /// <summary>0–24.</summary>
    public required byte SeverityNumber { get; init; }

    /// <summary>The level as sent, or null.</summary>
    public string? SeverityText { get; init; }

    public required int ServiceId { get; init; }

    public string? Host { get; init; }

    public required string Body { get; init; }

    /// <summary>The template id given at commit, or null.</summary>
    public int? TemplateId { get; init; }

    public TraceId TraceId { get; init; }

    /// <summary>0 when there is none.</summary>
    public ulong SpanId { get; init; }

    public LogRecordFlags Flags { get; init; }

    /// <summary>The source it came by.</summary>
    public required short SourceId { get; init; }

    /// <summary>JSON text, or null.</summary>
    public string? Attributes { get; init; }

    /// <summary>JSON text of the resource, or null.</summary>
    public string? Resource { get; init; }

    /// <summary>JSON text of the instrumentation scope, or null.</summary>
    public string? Scope { get; init; }
}

/// <summary>One page of a listing, newest first.</summary>
/// <param name="Rows">At most the limit asked for.</param>
/// <param name="Next">Where the next page starts, or null when this is the end.</param>
/// <param name="TimedOut">True when the search was cut off by time: older records may match, the next page goes on.</param>
public sealed record LogPage(IReadOnlyList<LogRow> Rows, LogCursor? Next, bool TimedOut);
