using LogConsole.Logs;
using LogConsole.Pipeline;

namespace LogConsole.Overview;

/// <summary>The whole console at one moment: what memory knows is of now, what the database tells carries its own time. Immutable.</summary>
public sealed record SystemSnapshot
{
    /// <summary>When it was taken, by our clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What the honesty bar shows.</summary>
    public required ConsoleStatus Status { get; init; }

    /// <summary>The pipeline since the process started.</summary>
    public required PipelineStats Pipeline { get; init; }

    /// <summary>What the queue holds at most.</summary>
    public required QueueCapacity Queue { get; init; }

    /// <summary>The batches of the last seconds.</summary>
    public required BatchRate Batches { get; init; }

    /// <summary>Doors by name, each followed by the sources that came by it.</summary>
    public required IReadOnlyList<SystemSource> Sources { get; init; }

    /// <summary>What is kept and for how long.</summary>
    public required LogsOptions Limits { get; init; }

    /// <summary>Percent of the database's disk that is free; null where it cannot be seen.</summary>
    public double? DiskFreePercent { get; init; }

    /// <summary>What runs.</summary>
    public required SystemVersions Versions { get; init; }

    /// <summary>What the database told last; null before the first answer. Older than <see cref="At"/> while it is away.</summary>
    public SystemDatabase? Stored { get; init; }
}

/// <summary>The queue's limits.</summary>
public sealed record QueueCapacity(long Records, long Bytes);

/// <summary>Batches of the last ten seconds.</summary>
/// <param name="Records">Mean records in one; null when there was none.</param>
public sealed record BatchRate(double PerSecond, double? Records);

/// <summary>A door, or one source that came by it. Counts are since the process started.</summary>
/// <param name="Name">Hostile like all log text: file names and key names are in it.</param>
/// <param name="IsDoor">False for a source below its door, of which duplicates and refusals are not known: they are counted at the door.</param>
/// <param name="Received">Records offered, whatever came of them.</param>
/// <param name="Duplicates">Records recognised as sent before.</param>
/// <param name="Rejected">[reason] → records not taken; their sender was told.</param>
/// <param name="RefusedRequests">[reason] → whole requests not taken; their sender was told.</param>
/// <param name="LastSeen">When a batch of it was last stored, by any instance; null when never.</param>
/// <param name="NewestEvent">The newest event time seen.</param>
public sealed record SystemSource(
    string Name, bool IsDoor, long Received, long Stored, long Duplicates, long DeadLettered,
    IReadOnlyDictionary<string, long> Rejected, IReadOnlyDictionary<string, long> RefusedRequests, DateTimeOffset? LastSeen, DateTimeOffset? NewestEvent)
{
    /// <summary>How far its newest event was behind our clock when it was last seen; negative when ahead.</summary>
    public double? EventLagSeconds => LastSeen is { } seen && NewestEvent is { } newest ? (seen - newest).TotalSeconds : null;
}

/// <summary>Versions of what runs, and since when.</summary>
/// <param name="StartedAt">When this process started; null where nobody took the time.</param>
public sealed record SystemVersions(string Console, string Runtime, string OperatingSystem, string Process, DateTimeOffset? StartedAt);

/// <summary>What the database tells of itself and of the consoles that work on it.</summary>
/// <param name="ReadAt">When, by our clock.</param>
/// <param name="MeasuredAt">When the server was asked for sizes, rows and what does not change by the second: up to ten seconds earlier.</param>
/// <param name="NewestDeadLetter">Its id, 0 when there is none: with the count of open ones it tells when a list is old.</param>
public sealed record SystemDatabase(
    DateTimeOffset ReadAt, DateTimeOffset MeasuredAt, DatabaseFacts Facts, IReadOnlyList<DatabaseExtension> Extensions, IReadOnlyList<SystemJob> Jobs,
    IReadOnlyList<SystemWriter> Writers, RetentionFigures Retention, long NewestDeadLetter);

/// <summary>The server.</summary>
/// <param name="Name">In words: "the embedded PostgreSQL", "the database at db:5432".</param>
/// <param name="IsEmbedded">True when the console started it.</param>
public sealed record DatabaseFacts(
    string Name, bool IsEmbedded, string Version, long SizeBytes, DateTimeOffset StartedAt, long Connections, int MaxConnections);

/// <summary>An extension the server offers.</summary>
/// <param name="Installed">The version in the console's database; null when it is only available.</param>
public sealed record DatabaseExtension(string Name, string Available, string? Installed);

/// <summary>Work that one of all consoles does.</summary>
/// <param name="Holder">Machine and process of the last holder.</param>
/// <param name="IsHeld">Whether somebody holds it now.</param>
public sealed record SystemJob(string Name, string Holder, bool IsHeld, DateTimeOffset AcquiredAt);

/// <summary>A console that writes, or wrote.</summary>
/// <param name="IsThis">True for the one that answers.</param>
/// <param name="IsActive">Whether its lease runs.</param>
public sealed record SystemWriter(int Id, bool IsThis, bool IsActive, long Commits);

/// <summary>What the log tables hold.</summary>
/// <param name="Oldest">Lowest event time stored; null when empty.</param>
/// <param name="Next">What retention drops next; null while only the open segment is there.</param>
public sealed record RetentionFigures(int Segments, long Rows, long DiskBytes, DateTimeOffset? Oldest, NextDrop? Next)
{
    /// <summary>Reads it off the segments, oldest first.</summary>
    internal static RetentionFigures Of(IReadOnlyList<(LogSegment Segment, long DiskBytes)> segments, LogsOptions limits, DateTimeOffset now)
    {
        var due = RetentionPlan.ToDrop(segments, limits, now);
        var next = due.Count != 0 ? due[0] : segments.Select(item => item.Segment).FirstOrDefault(segment => segment.ClosedAt is not null);
        return new RetentionFigures(
            segments.Count,
            segments.Sum(item => item.Segment.Rows),
            segments.Sum(item => item.DiskBytes),
            segments.Min(item => item.Segment.From),
            next is null ? null : new NextDrop(
                next.Table, next.Rows, segments.First(item => item.Segment == next).DiskBytes,
                due.Count != 0 ? null : (next.LastArrival ?? next.ClosedAt!.Value) + limits.RetentionAge));
    }
}

/// <summary>The segment that goes next.</summary>
/// <param name="At">When its age has it dropped, unless bytes do so before; null when it is due now.</param>
public sealed record NextDrop(string Table, long Rows, long DiskBytes, DateTimeOffset? At);
