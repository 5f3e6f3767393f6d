using LogConsole.Logs;

namespace LogConsole.Overview;

/// <summary>Looks up one stored line with everything known about it. Thread-safe.</summary>
public interface ILineReader
{
    /// <summary>The line at <paramref name="place"/>. A line that is gone and a database that is away are values, not exceptions.</summary>
    Task<LineReading> ReadAsync(LinePlace place, CancellationToken cancellationToken);
}

/// <summary>Where a line is stored.</summary>
/// <param name="UnixMicroseconds">Its event time.</param>
/// <param name="Id">The record id.</param>
public readonly record struct LinePlace(long UnixMicroseconds, long Id);

/// <summary>What a look-up found: the line, or why it cannot be shown.</summary>
/// <param name="Missing">One sentence for people; null when there is a line.</param>
public sealed record LineReading(LineDetails? Line, string? Missing)
{
    /// <summary>Nothing is stored at this place.</summary>
    public static LineReading Gone { get; } = new(null, "This line is no longer stored: retention has dropped it.");

    /// <summary>It cannot be looked up now.</summary>
    public static LineReading Away { get; } = new(null, "The rest of this line cannot be read while the database is not reachable. Close and open it to try again.");
}

/// <summary>A stored line with the names its ids stand for. As hostile as it arrived.</summary>
/// <param name="Source">The source it came by, or null when unknown.</param>
/// <param name="Pattern">The text of its template as it is now; null without a template, or when retention has dropped it.</param>
public sealed record LineDetails(LogRow Row, string Service, string? Source, string? Pattern);
