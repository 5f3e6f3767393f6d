using LogConsole.Storage;

namespace LogConsole.Overview;

/// <summary>What the honesty bar and the service filter of every page show. Immutable.</summary>
public sealed record ConsoleStatus
{
    /// <summary>The database.</summary>
    public required DatabaseStatus Database { get; init; }

    /// <summary>Why ingest is held on purpose, one sentence; null when it is not.</summary>
    public string? IngestPaused { get; init; }

    /// <summary>Records received a second, all doors, mean of the last 10 s.</summary>
    public double ReceivedPerSecond { get; init; }

    /// <summary>Records stored in the last 15 min whose event-time window had already closed.</summary>
    public long Late { get; init; }

    /// <summary>Records lost in the last 15 min by an explicit policy.</summary>
    public long Dropped { get; init; }

    /// <summary>Dead letters not replayed yet.</summary>
    public long DeadLetters { get; init; }

    /// <summary>Age of the oldest record still waiting to be stored; when none waits, the time the last batch took. Null before the first.</summary>
    public double? LagSeconds { get; init; }

    /// <summary>Names of all services, sorted; the same instance while unchanged. At most some 2,000.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];
}
