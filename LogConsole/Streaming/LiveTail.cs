using LogConsole.Live;
using LogConsole.Pipeline;

namespace LogConsole.Streaming;

/// <summary>Hands committed batches to the tails somebody watches; costs nothing when nobody does. Thread-safe.</summary>
internal sealed class LiveTail(Func<int, string> serviceName, TimeProvider time) : IBatchObserver, IPipelineState
{
    private readonly SharedWatches<StreamFilter, TailWatch> _watches = new(filter => new TailWatch(filter, serviceName, time));

    /// <summary>Filters watched now.</summary>
    public int WatchCount => _watches.Current.Count;

    /// <inheritdoc/>
    public void OnCommitted(LogBatch batch, CommitResult result)
    {
        foreach (var watch in _watches.Current)
        {
            watch.Offer(batch, result);
        }
    }

    /// <summary>What was shown may be deleted: the tails start empty.</summary>
    public Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var watch in _watches.Current)
        {
            watch.Clear();
        }

        return Task.CompletedTask;
    }

    /// <summary>Starts to watch a filter, from now on.</summary>
    public ITailReader Open(StreamFilter filter) => new TailReader(_watches.Enter(filter), time);
}
