using LogConsole.Logs;

namespace LogConsole.Streaming;

/// <summary>What the Stream page shows: the live end of a filter, the history behind it, and single records. Thread-safe. Queries throw what the database throws.</summary>
public interface IStreamFeed
{
    /// <summary>Starts to watch a filter from now on; open it before reading the first page, so that nothing falls between, and drop what is in both by id.</summary>
    ITailReader OpenTail(StreamFilter filter);

    /// <summary>A page of what is stored, newest first.</summary>
    /// <param name="part">Which part of it.</param>
    /// <param name="limit">1–1,000.</param>
    Task<StreamPage> PageAsync(StreamFilter filter, StreamPart part, int limit, CancellationToken cancellationToken);

    /// <summary>The record at a place, with its names; null when it is not stored (any more).</summary>
    Task<StreamRecord?> RecordAsync(LogCursor place, CancellationToken cancellationToken);

    /// <summary>Where the record with this id stands; null when it is not stored (any more).</summary>
    Task<LogCursor?> PlaceAsync(long id, CancellationToken cancellationToken);

    /// <summary>The lines around a record whatever the filter, newest first, the record among them.</summary>
    /// <param name="sameService">Only those of its service.</param>
    /// <param name="count">How many on each side, 1–1,000.</param>
    Task<IReadOnlyList<StreamLine>> ContextAsync(LogRow row, bool sameService, int count, CancellationToken cancellationToken);
}

/// <summary>A part of what is stored.</summary>
/// <param name="From">Event time from here on.</param>
/// <param name="To">Event time before here.</param>
/// <param name="After">Behind this place of the listing, or null from its beginning.</param>
/// <param name="AfterId">Only records with a higher id, or null.</param>
/// <param name="BeforeId">Only records with a lower id, or null.</param>
public sealed record StreamPart(DateTimeOffset From, DateTimeOffset To, LogCursor? After = null, long? AfterId = null, long? BeforeId = null);

/// <summary>A page of lines, newest first.</summary>
/// <param name="Next">Where the next page starts, or null when this is the end.</param>
/// <param name="TimedOut">The search was cut off by time: the next page goes on.</param>
public sealed record StreamPage(IReadOnlyList<StreamLine> Lines, LogCursor? Next, bool TimedOut);

/// <summary>A whole record.</summary>
/// <param name="Row">As stored.</param>
/// <param name="Json">As the API writes it.</param>
/// <param name="Template">The text of its template; null when it has none or it is gone.</param>
public sealed record StreamRecord(LogRow Row, LogJson Json, string? Template);
