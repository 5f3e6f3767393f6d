namespace LogConsole.Overview;

/// <summary>What the frame of every page and the Overview page show, pushed as it changes. Thread-safe; one watch per view and circuit.</summary>
/// <remarks>
/// A watch is pulled: the next value is made only when the reader asks for it, always from the newest state, so a slow reader
/// skips states and never queues them. The feed waits at least the stated interval between two values of a watch.
/// Nothing is read or kept for a watch that is not being enumerated; cancelling ends it with <see cref="OperationCanceledException"/>.
/// A database that is away is a value, not an exception.
/// </remarks>
public interface IOverviewFeed
{
    /// <summary>
    /// The Overview of <paramref name="view"/>: at once what is known, then every change, at most 10 a second; <see cref="OverviewSnapshot.Chart"/>,
    /// <see cref="OverviewSnapshot.Numbers"/> and <see cref="OverviewSnapshot.OutsideRange"/> change at most once a second.
    /// Parts that did not change are the same instances as in the value before, which is how a page knows what to redraw.
    /// A live view goes on until cancelled. An absolute one ends after the first value that was read from a ready database.
    /// </summary>
    IAsyncEnumerable<OverviewSnapshot> WatchAsync(OverviewView view, CancellationToken cancellationToken);

    /// <summary>How well the console itself is doing: at once, then every change, at most once a second, until cancelled.</summary>
    IAsyncEnumerable<ConsoleStatus> WatchStatusAsync(CancellationToken cancellationToken);
}
