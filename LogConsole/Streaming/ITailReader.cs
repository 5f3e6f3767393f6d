namespace LogConsole.Streaming;

/// <summary>
/// One viewer's place in the live end of a filter: what comes is given to it once, or counted. One enumeration at a time;
/// between enumerations nothing is lost, it is counted, so a viewer may pause, hide or lose its connection. Disposing ends the watch.
/// </summary>
public interface ITailReader : IDisposable
{
    /// <summary>
    /// What came since the last value that was taken, then everything new, at most 10 values a second, until cancelled. A value counts as taken
    /// when the next one is asked for: one whose reader failed is given again, with what came meanwhile.
    /// </summary>
    IAsyncEnumerable<TailUpdate> LinesAsync(CancellationToken cancellationToken);

    /// <summary>How many lines wait, whenever that changes, at most once a second, until cancelled. Takes nothing.</summary>
    IAsyncEnumerable<TailCount> CountsAsync(CancellationToken cancellationToken);
}

/// <summary>What a viewer is given. Every matching line is in <see cref="Lines"/>, or counted in <see cref="Gap"/> or <see cref="Skipped"/>.</summary>
/// <param name="IsReset">Everything stored was deleted: what the viewer shows is gone.</param>
/// <param name="Gap">Lines older than those given that came while the viewer was away and are not kept here; they are stored.</param>
/// <param name="Skipped">Lines among those given that the sample left out; they are stored.</param>
/// <param name="Lines">Oldest first, in pieces that all viewers of the filter share.</param>
/// <param name="Through">Counts all lines that matched up to here: tells a value that is given again from a new one.</param>
public sealed record TailUpdate(bool IsReset, long Gap, long Skipped, IReadOnlyList<Live.TailChunk<StreamLine>> Lines, TailRate Rate, long Through);

/// <summary>What waits for a viewer that has paused.</summary>
/// <param name="Waiting">Lines that matched since it did.</param>
public sealed record TailCount(long Waiting, TailRate Rate);
