using System.Runtime.CompilerServices;
using LogConsole.Anomalies.Incidents;
using LogConsole.Overview;
using LogConsole.Storage;

namespace LogConsole.Tests.TestSupport;

/// <summary>An incident feed whose incidents are set by the test and changed by what pages do. Keeps the contract: newest state only.</summary>
internal sealed class FakeIncidentFeed : IIncidentFeed
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = New();
    private TaskCompletionSource _used = New();
    private Dictionary<long, IncidentDetail> _details = [];
    private OverviewIncidents _overview = new([], [], []);
    private DatabaseStatus? _away;
    private int _watches;

    /// <summary>List views asked for, in order.</summary>
    public List<IncidentListView> Lists { get; } = [];

    /// <summary>What was done: "ack 7 by local".</summary>
    public List<string> Done { get; } = [];

    /// <summary>Watches open now, the nav rail's among them.</summary>
    public int OpenWatches => Volatile.Read(ref _watches);

    /// <summary>Thrown by the next thing that is done.</summary>
    public Exception? Refusal { get; set; }

    /// <summary>Incidents on a page.</summary>
    public int PageSize { get; set; } = IncidentListing.PageSize;

    public void Set(params IncidentDetail[] details) => Change(() => _details = details.ToDictionary(detail => detail.Found!.Id));

    public void SetOverview(Func<OverviewIncidents, OverviewIncidents> change) => Change(() => _overview = change(_overview));

    public void SetAway(DatabaseStatus? away) => Change(() => _away = away);

    /// <summary>Waits until the pages have used the feed so that <paramref name="condition"/> holds.</summary>
    public async Task WhenAsync(Func<FakeIncidentFeed, bool> condition)
    {
        while (true)
        {
            var used = Volatile.Read(ref _used).Task;
            if (condition(this))
            {
                return;
            }

            await used.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }
    }

    public IAsyncEnumerable<Reading<OpenIncidents>> WatchOpenAsync(CancellationToken cancellationToken) =>
        WatchAsync(() => new OpenIncidents(_details.Values.Count(detail => detail.Found!.State == IncidentState.Open)), cancellationToken);

    public IAsyncEnumerable<Reading<IncidentListing>> WatchListAsync(IncidentListView view, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Lists.Add(view);
        }

        return WatchAsync(() => List(view), cancellationToken);
    }

    public IAsyncEnumerable<Reading<IncidentDetail>> WatchDetailAsync(long id, CancellationToken cancellationToken) =>
        WatchAsync(() => _details.TryGetValue(id, out var detail) ? detail : new IncidentDetail(null, [], [], null, []), cancellationToken);

    public IAsyncEnumerable<Reading<OverviewIncidents>> WatchOverviewAsync(OverviewView view, CancellationToken cancellationToken) => WatchAsync(() => _overview, cancellationToken);

    public Task<Incident?> AcknowledgeAsync(long id, string who, CancellationToken cancellationToken) => Do(
        $"ack {id} by {who}", id, new IncidentEvent(Some.Now, "acknowledged", who, null),
        incident => incident with { State = IncidentState.Acknowledged, AcknowledgedAt = Some.Now, AcknowledgedBy = who });

    public Task<Incident?> ResolveAsync(long id, string who, CancellationToken cancellationToken) => Do(
        $"resolve {id} by {who}", id, new IncidentEvent(Some.Now, "resolved", who, null),
        incident => incident with { State = IncidentState.Resolved, ResolvedAt = Some.Now, ResolvedBy = who });

    public Task<Incident?> NoteAsync(long id, string who, string text, CancellationToken cancellationToken) =>
        Do($"note {id} by {who}", id, new IncidentEvent(Some.Now, "note", who, text), incident => incident);

    private IncidentListing List(IncidentListView view)
    {
        var all = _details.Values.Select(detail => detail.Found!).Where(incident => view.Service is null || incident.Services.Contains(view.Service)).ToList();
        var matching = all.Where(incident => (view.State is null || incident.State == view.State) && (view.After is null || incident.StartedAt < view.After.Value.StartedAt))
            .OrderByDescending(incident => incident.StartedAt).ToList();
        var page = matching.Take(PageSize).ToList();
        return new IncidentListing(
            [.. page.Select(incident => new IncidentSummary(incident, IncidentCause.Of(_details[incident.Id].Explanation)))],
            matching.Count > page.Count ? (page[^1].StartedAt, page[^1].Id) : null,
            all.GroupBy(incident => incident.State).ToDictionary(group => group.Key, group => (long)group.Count()));
    }

    private Task<Incident?> Do(string what, long id, IncidentEvent happened, Func<Incident, Incident> change)
    {
        if (Refusal is { } refusal)
        {
            Refusal = null;
            throw refusal;
        }

        Change(() =>
        {
            var before = _details[id];
            _details = new Dictionary<long, IncidentDetail>(_details) { [id] = before with { Found = change(before.Found!), Timeline = [.. before.Timeline, happened] } };
            Done.Add(what);
        });
        return Task.FromResult(_details[id].Found);
    }

    private async IAsyncEnumerable<Reading<T>> WatchAsync<T>(Func<T> read, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        Interlocked.Increment(ref _watches);
        SignalUse();
        try
        {
            while (true)
            {
                Reading<T> reading;
                Task changed;
                lock (_lock)
                {
                    reading = new Reading<T>(read(), Some.Now, _away);
                    changed = _changed.Task;
                }

                yield return reading;
                await changed.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watches);
            SignalUse();
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            change();
            changed = _changed;
            _changed = New();
        }

        changed.SetResult();
    }

    private void SignalUse() => Interlocked.Exchange(ref _used, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
