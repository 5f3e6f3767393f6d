using LogConsole.Anomalies;
using LogConsole.Anomalies.Incidents;
using LogConsole.Pipeline.Names;

namespace LogConsole.Overview;

/// <summary>Puts together what pages show of incidents. Throws what the database throws.</summary>
internal sealed class IncidentReader(IncidentStore store, ServiceHealthReader health, SeriesReader series, ServiceCatalog services, TimeProvider time)
{
    // More marks than this would cover the chart.
    private const int MaxMarked = 100;

    /// <summary>How many are open.</summary>
    public async Task<OpenIncidents> OpenAsync(CancellationToken cancellationToken)
    {
        var counts = await store.CountsAsync(new IncidentFilter { States = [IncidentState.Open] }, cancellationToken).ConfigureAwait(false);
        return new OpenIncidents(counts.GetValueOrDefault(IncidentState.Open));
    }

    /// <summary>A page.</summary>
    public async Task<IncidentListing> ListAsync(IncidentListView view, CancellationToken cancellationToken)
    {
        var all = await FilterAsync(view.Range, view.Service, cancellationToken).ConfigureAwait(false);
        var filter = all with { States = view.State is { } state ? [state] : [], After = view.After, Limit = IncidentListing.PageSize + 1 };
        var found = await store.ListAsync(filter, cancellationToken).ConfigureAwait(false);
        var page = found.Take(IncidentListing.PageSize).ToList();
        return new IncidentListing(
            await SummariesAsync(page, cancellationToken).ConfigureAwait(false), found.Count > page.Count ? (page[^1].StartedAt, page[^1].Id) : null,
            await store.CountsAsync(all, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>One incident.</summary>
    public async Task<IncidentDetail> DetailAsync(long id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken).ConfigureAwait(false) is not { } incident)
        {
            return new IncidentDetail(null, [], [], null, []);
        }

        var newestFirst = await store.AnomaliesAsync(new AnomalyFilter { IncidentId = id, Limit = IncidentStore.MaxDetails }, cancellationToken).ConfigureAwait(false);
        var anomalies = newestFirst.OrderBy(anomaly => anomaly.Detected.StartWindow).ThenBy(anomaly => anomaly.Id).ToList();
        return new IncidentDetail(
            incident, anomalies,
            await store.TimelineAsync(id, cancellationToken).ConfigureAwait(false),
            await store.ExplanationAsync(id, cancellationToken).ConfigureAwait(false),
            await series.ReadAsync(incident, anomalies, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What the Overview shows.</summary>
    public async Task<OverviewIncidents> OverviewAsync(OverviewView view, CancellationToken cancellationToken)
    {
        var inRange = await FilterAsync(view.Range, view.Service, cancellationToken).ConfigureAwait(false);

        // On a live page the newest trouble is worth knowing even when it is older than the chart.
        var newest = view.Range.IsLive ? inRange with { From = null } : inRange;
        return new OverviewIncidents(
            await health.ReadAsync(cancellationToken).ConfigureAwait(false),
            await SummariesAsync(await store.ListAsync(newest with { Limit = OverviewIncidents.MaxNewest }, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false),
            await store.ListAsync(inRange with { Limit = MaxMarked }, cancellationToken).ConfigureAwait(false));
    }

    private async Task<IReadOnlyList<IncidentSummary>> SummariesAsync(IReadOnlyList<Incident> incidents, CancellationToken cancellationToken)
    {
        var explained = await store.ExplanationsAsync([.. incidents.Select(incident => incident.Id)], cancellationToken).ConfigureAwait(false);
        return [.. incidents.Select(incident => new IncidentSummary(incident, IncidentCause.Of(explained.GetValueOrDefault(incident.Id))))];
    }

    private async Task<IncidentFilter> FilterAsync(TimeRange? range, string? service, CancellationToken cancellationToken)
    {
        int[]? ids = null;
        if (service is not null && (ids = services.IdsOf(service)).Length == 0)
        {
            await services.RefreshAsync(cancellationToken).ConfigureAwait(false);
            ids = services.IdsOf(service);
        }

        return new IncidentFilter
        {
            From = range is null ? null : range.From ?? time.GetUtcNow() - range.Length,
            To = range?.To,
            ServiceIds = ids,
        };
    }
}
