using LogConsole.Anomalies.Incidents;

namespace LogConsole.Overview;

/// <summary>What pages show of incidents and of how services fare, pushed as it changes, and what people do with incidents. Thread-safe.</summary>
/// <remarks>
/// A watch gives at once what is known, then every change, until cancelled; equal questions share their reads, and nothing is read for a
/// watch that is not being enumerated. A database that is away is a value, not an exception; doing something then throws what it throws.
/// </remarks>
public interface IIncidentFeed
{
    /// <summary>How many incidents nobody has taken yet.</summary>
    IAsyncEnumerable<Reading<OpenIncidents>> WatchOpenAsync(CancellationToken cancellationToken);

    /// <summary>A page of incidents; also every 30 s, because open ones grow older.</summary>
    IAsyncEnumerable<Reading<IncidentListing>> WatchListAsync(IncidentListView view, CancellationToken cancellationToken);

    /// <summary>One incident with everything known about it; also every 5 s, because its series go on.</summary>
    IAsyncEnumerable<Reading<IncidentDetail>> WatchDetailAsync(long id, CancellationToken cancellationToken);

    /// <summary>What the Overview shows of services and incidents; also every 5 s, because rates change.</summary>
    IAsyncEnumerable<Reading<OverviewIncidents>> WatchOverviewAsync(OverviewView view, CancellationToken cancellationToken);

    /// <inheritdoc cref="IncidentStore.AcknowledgeAsync"/>
    Task<Incident?> AcknowledgeAsync(long id, string who, CancellationToken cancellationToken);

    /// <inheritdoc cref="IncidentStore.ResolveAsync"/>
    Task<Incident?> ResolveAsync(long id, string who, CancellationToken cancellationToken);

    /// <inheritdoc cref="IncidentStore.NoteAsync"/>
    Task<Incident?> NoteAsync(long id, string who, string text, CancellationToken cancellationToken);
}
