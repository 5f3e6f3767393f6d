namespace LogConsole.Ingestion;

/// <summary>How a delivery ended.</summary>
public enum DeliveryStatus
{
    /// <summary>Its records are durable (or dead-lettered, which is durable too).</summary>
    Committed,

    /// <summary>The same request was committed before; nothing was written.</summary>
    Duplicate,

    /// <summary>Its checkpoint had moved on under another owner; nothing was written and the source must seek again.</summary>
    Superseded,

    /// <summary>The console is stopping and it was not written; the source keeps its position or tells its sender to repeat.</summary>
    Abandoned,
}

/// <summary>The end of a delivery, told to its source. Stored + duplicates + dead-lettered = its records, unless abandoned or superseded.</summary>
/// <param name="Stored">Records now in the log table.</param>
/// <param name="Duplicates">Records known from an earlier delivery.</param>
/// <param name="DeadLettered">Records the database or a stage refused, kept in <c>dead_letters</c>.</param>
/// <param name="DeadLetters">For those: line and reason.</param>
public sealed record DeliveryOutcome(
    DeliveryStatus Status, int Stored, int Duplicates, int DeadLettered, IReadOnlyList<LineError> DeadLetters)
{
    public static DeliveryOutcome Duplicate(int records) => new(DeliveryStatus.Duplicate, 0, records, 0, []);

    public static DeliveryOutcome Superseded { get; } = new(DeliveryStatus.Superseded, 0, 0, 0, []);

    public static DeliveryOutcome Abandoned { get; } = new(DeliveryStatus.Abandoned, 0, 0, 0, []);
}

/// <summary>A line that was not taken, and why, in words for its sender.</summary>
/// <param name="Line">1-based line or array element.</param>
/// <param name="Reason">One sentence, at most 200 characters, without the line's own text.</param>
public sealed record LineError(int Line, string Reason);
