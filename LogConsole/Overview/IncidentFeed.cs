using System.Runtime.CompilerServices;
using LogConsole.Anomalies.Incidents;
using LogConsole.Storage;

namespace LogConsole.Overview;

/// <summary>Feeds pages with incidents from committed data. A question nobody asks costs nothing.</summary>
internal sealed class IncidentFeed(IncidentReader reader, IncidentStore store, IncidentWatch watch, Database database, TimeProvider time) : IIncidentFeed
{
    private static readonly TimeSpan s_betweenValues = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_list = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_live = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_count = TimeSpan.FromMinutes(5);

    private readonly Lock _lock = new();

    // One entry a question that somebody asks now.
    private readonly Dictionary<object, object> _reads = [];

    /// <inheritdoc/>
    public IAsyncEnumerable<Reading<OpenIncidents>> WatchOpenAsync(CancellationToken cancellationToken) =>
        WatchAsync(typeof(OpenIncidents), reader.OpenAsync, s_count, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Reading<IncidentListing>> WatchListAsync(IncidentListView view, CancellationToken cancellationToken) =>
        WatchAsync(view, token => reader.ListAsync(view, token), s_list, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Reading<IncidentDetail>> WatchDetailAsync(long id, CancellationToken cancellationToken) =>
        WatchAsync(id, token => reader.DetailAsync(id, token), s_live, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<Reading<OverviewIncidents>> WatchOverviewAsync(OverviewView view, CancellationToken cancellationToken) =>
        WatchAsync(view, token => reader.OverviewAsync(view, token), s_live, cancellationToken);

    /// <inheritdoc/>
    public Task<Incident?> AcknowledgeAsync(long id, string who, CancellationToken cancellationToken) => store.AcknowledgeAsync(id, who, null, cancellationToken);

    /// <inheritdoc/>
    public Task<Incident?> ResolveAsync(long id, string who, CancellationToken cancellationToken) => store.ResolveAsync(id, who, null, cancellationToken);

    /// <inheritdoc/>
    public Task<Incident?> NoteAsync(long id, string who, string text, CancellationToken cancellationToken) => store.NoteAsync(id, who, text, cancellationToken);

    private async IAsyncEnumerable<Reading<T>> WatchAsync<T>(
        object key, Func<CancellationToken, Task<T>> read, TimeSpan every, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        var shared = Enter(key, read);
        try
        {
            Reading<T>? last = null;
            long? wanted = null;
            while (true)
            {
                var next = await shared.ReadAsync(wanted, every, cancellationToken).ConfigureAwait(false);
                if (last is null || (!ReferenceEquals(next, last) && (next.Away is null || next.Away != last.Away)))
                {
                    yield return next;
                }

                last = next;
                await Task.Delay(next.Away is null ? s_betweenValues : s_retry, time, cancellationToken).ConfigureAwait(false);
                wanted = next.Away is null ? await ChangeOrTickAsync(next, every, cancellationToken).ConfigureAwait(false) : null;
            }
        }
        finally
        {
            Leave(key, shared);
        }
    }

    private async Task<long> ChangeOrTickAsync<T>(Reading<T> known, TimeSpan every, CancellationToken cancellationToken)
        where T : class
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var age = time.GetUtcNow() - known.ReadAt!.Value;
        var changed = watch.WaitForChangeAsync(known.Version, over.Token);
        var tick = Task.Delay(age < every ? every - age : TimeSpan.Zero, time, over.Token);
        await Task.WhenAny(changed, tick).ConfigureAwait(false);
        await over.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return changed.IsCompletedSuccessfully ? await changed.ConfigureAwait(false) : known.Version;
    }

    private SharedRead<T> Enter<T>(object key, Func<CancellationToken, Task<T>> read)
        where T : class
    {
        lock (_lock)
        {
            if (!_reads.TryGetValue(key, out var found))
            {
                _reads[key] = found = new SharedRead<T>(read, watch.ReadVersionAsync, database, time);
            }

            var shared = (SharedRead<T>)found;
            shared.Watchers++;
            return shared;
        }
    }

    private void Leave<T>(object key, SharedRead<T> shared)
        where T : class
    {
        lock (_lock)
        {
            if (--shared.Watchers == 0)
            {
                _reads.Remove(key);
                shared.Dispose();
            }
        }
    }
}
