using LogConsole.Pipeline;
using LogConsole.Pipeline.Names;

namespace LogConsole.Overview;

/// <summary>Hands committed batches to the line watches there are; costs nothing when nobody looks. Thread-safe.</summary>
internal sealed class LatestLines(ServiceCatalog services, TimeProvider time) : IBatchObserver, IPipelineState
{
    private readonly Lock _lock = new();
    private LineWatch[] _watches = [];

    /// <inheritdoc/>
    public void OnCommitted(LogBatch batch, CommitResult result)
    {
        foreach (var watch in Volatile.Read(ref _watches))
        {
            watch.Offer(batch, result);
        }
    }

    /// <summary>What was shown may be deleted, all or some of it: the watches are outdated.</summary>
    public Task LoadAsync(CancellationToken cancellationToken)
    {
        foreach (var watch in Volatile.Read(ref _watches))
        {
            watch.Clear();
        }

        return Task.CompletedTask;
    }

    /// <summary>Starts a watch; end it with <see cref="Remove"/>.</summary>
    public LineWatch Add(int[]? serviceIds)
    {
        var watch = new LineWatch(serviceIds, id => services[id].Name, time);
        lock (_lock)
        {
            _watches = [.. _watches, watch];
        }

        return watch;
    }

    /// <summary>Ends a watch.</summary>
    public void Remove(LineWatch watch)
    {
        lock (_lock)
        {
            _watches = [.. _watches.Where(known => known != watch)];
        }
    }
}
