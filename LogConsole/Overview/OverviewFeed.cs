using System.Runtime.CompilerServices;

namespace LogConsole.Overview;

/// <summary>Feeds the live page from committed data. Viewers of the same view share one reader; a view nobody watches costs nothing.</summary>
internal sealed class OverviewFeed(ViewSources sources, StatusReader status) : IOverviewFeed
{
    private static readonly TimeSpan s_betweenValues = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<OverviewView, ViewReader> _readers = [];

    /// <inheritdoc/>
    public async IAsyncEnumerable<OverviewSnapshot> WatchAsync(OverviewView view, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = Enter(view);
        try
        {
            OverviewSnapshot? last = null;
            while (true)
            {
                var version = sources.Changes.Version;
                var snapshot = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (!ReferenceEquals(snapshot, last))
                {
                    last = snapshot;
                    yield return snapshot;
                    if (!view.Range.IsLive && snapshot.ReadAt is not null)
                    {
                        yield break;
                    }

                    await Task.Delay(s_betweenValues, sources.Time, cancellationToken).ConfigureAwait(false);
                }

                await ChangeOrTickAsync(version, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Leave(view, reader);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<ConsoleStatus> WatchStatusAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ConsoleStatus? last = null;
        while (true)
        {
            var next = await status.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (next != last)
            {
                last = next;
                yield return next;
            }

            await Task.Delay(s_tick, sources.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ChangeOrTickAsync(long version, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changed = sources.Changes.WhenChangedAsync(version, over.Token);
        var tick = Task.Delay(s_tick, sources.Time, over.Token);
        await Task.WhenAny(changed, tick).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private ViewReader Enter(OverviewView view)
    {
        lock (_lock)
        {
            if (!_readers.TryGetValue(view, out var reader))
            {
                _readers[view] = reader = new ViewReader(view, sources);
            }

            reader.Watchers++;
            return reader;
        }
    }

    private void Leave(OverviewView view, ViewReader reader)
    {
        lock (_lock)
        {
            if (--reader.Watchers == 0)
            {
                _readers.Remove(view);
                reader.Dispose();
            }
        }
    }
}
