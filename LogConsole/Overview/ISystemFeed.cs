using LogConsole.Access.Auditing;
using LogConsole.Ingestion;

namespace LogConsole.Overview;

/// <summary>What the System page reads and does.</summary>
public interface ISystemFeed
{
    /// <summary>The newest snapshot at once, then at most one a second until cancelled. A database that is away is part of it, not a fault.</summary>
    IAsyncEnumerable<SystemSnapshot> WatchAsync(CancellationToken cancellationToken);

    /// <summary>A page of dead letters, newest first. Throws what the database throws.</summary>
    /// <param name="before">Only ids below this; null for the first page.</param>
    Task<DeadLetterListing> ListDeadLettersAsync(long? before, bool openOnly, CancellationToken cancellationToken);

    /// <summary>The record of a dead letter as JSON text, hostile; null when it is gone. Throws what the database throws.</summary>
    Task<string?> ReadDeadLetterAsync(long id, CancellationToken cancellationToken);

    /// <summary>Sends one dead letter, or all open ones, through the pipeline again and writes it to the audit. Throws what the database throws.</summary>
    /// <param name="id">Null for all.</param>
    Task<DeadLetterReplayReply> ReplayAsync(AuditActor actor, long? id, CancellationToken cancellationToken);
}

/// <summary>A page of dead letters.</summary>
/// <param name="Next">Where the next page begins; null on the last.</param>
public sealed record DeadLetterListing(IReadOnlyList<DeadLetterLine> Letters, long? Next)
{
    /// <summary>Letters on a page.</summary>
    public const int PageSize = 25;
}

/// <summary>A dead letter without its record. Source, reason and service are hostile.</summary>
public sealed record DeadLetterLine(
    long Id, string Source, int Line, string Reason, string Service, bool IsDemo, DateTimeOffset CreatedAt, DateTimeOffset? ReplayedAt);
