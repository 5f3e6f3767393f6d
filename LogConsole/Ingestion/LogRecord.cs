namespace LogConsole.Ingestion;

/// <summary>
/// One log record in the OpenTelemetry log data model. Text is UTF-8 and points into its delivery's buffers:
/// it is valid until the delivery is settled, and whoever wants to keep it copies it. Immutable; safe to read from any thread.
/// </summary>
public sealed class LogRecord
{
    /// <summary>The service of records that name none, as OpenTelemetry has it.</summary>
    public const string UnknownService = "unknown_service";

    /// <summary>When it happened, by the sender's clock (event time); the arrival time when the sender gave none.</summary>
    public required LogTimestamp Timestamp { get; init; }

    /// <summary>When it arrived here, by our clock.</summary>
    public required LogTimestamp ObservedTimestamp { get; init; }

    /// <summary>1–24, 0 when unspecified.</summary>
    public byte SeverityNumber { get; init; }

    /// <summary>The level as the sender wrote it, at most 32 characters, or null.</summary>
    public string? SeverityText { get; init; }

    /// <summary><c>service.name</c>, else <see cref="UnknownService"/>; at most 128 characters.</summary>
    public required string Service { get; init; }

    /// <summary><c>host.name</c>, or null.</summary>
    public string? Host { get; init; }

    /// <summary>The message: valid UTF-8 without NUL; may be empty.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>A JSON object PostgreSQL's jsonb accepts, UTF-8, or empty when there are none.</summary>
    public ReadOnlyMemory<byte> Attributes { get; init; }

    /// <summary>The resource the record came from, or null.</summary>
    public SharedJson? Resource { get; init; }

    /// <summary>The instrumentation scope, or null.</summary>
    public SharedJson? Scope { get; init; }

    public TraceId TraceId { get; init; }

    /// <summary>The span id, 0 when there is none.</summary>
    public ulong SpanId { get; init; }

    public LogRecordFlags Flags { get; init; }

    /// <summary>The 1-based line (or array element) of the delivery it was read from.</summary>
    public int Line { get; init; }
}
