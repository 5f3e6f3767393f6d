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
}
