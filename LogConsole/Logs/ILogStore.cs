namespace LogConsole.Logs;

/// <summary>Reads stored records.</summary>
public interface ILogStore
{
    /// <summary>
    /// A page of the records that match, newest event time first, ties by id. Throws what the database throws.
    /// </summary>
    /// <param name="limit">1–10,000.</param>
    /// <param name="after">Where the page before ended, or null for the first.</param>
    Task<LogPage> QueryAsync(LogFilter filter, int limit, LogCursor? after, CancellationToken cancellationToken);

    /// <summary>The record at a place of a listing; null when it is not stored (any more). Quick: the place carries its time. Throws what the database throws.</summary>
    Task<LogRow?> FindAsync(LogCursor place, CancellationToken cancellationToken);

    /// <summary>The record with this id; null when it is not stored (any more). Throws what the database throws.</summary>
    Task<LogRow?> FindAsync(long id, CancellationToken cancellationToken);

    /// <summary>
    /// The records next to a place by event time, newest first, without the one at the place; at most <see cref="LogLookup.FarthestNeighbour"/> away.
    /// Throws what the database throws.
    /// </summary>
    /// <param name="serviceIds">Only these services, or null for all.</param>
    /// <param name="count">1–1,000.</param>
    /// <param name="newer">True for those behind the place in time, false for those before it.</param>
    Task<IReadOnlyList<LogRow>> NeighboursAsync(LogCursor place, int[]? serviceIds, int count, bool newer, CancellationToken cancellationToken);
}
