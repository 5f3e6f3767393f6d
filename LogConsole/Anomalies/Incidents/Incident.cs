namespace LogConsole.Anomalies.Incidents;

/// <summary>Where an incident stands. The numbers are stored.</summary>
public enum IncidentState
{
    /// <summary>Nobody has taken it.</summary>
    Open = 0,

    /// <summary>Somebody has.</summary>
    Acknowledged = 1,

    /// <summary>Over.</summary>
    Resolved = 2,
}

/// <summary>Anomalies that belong together. Immutable.</summary>
/// <param name="Fingerprint">The same for the same kind of trouble in the same service: see <see cref="IncidentBook"/>.</param>
/// <param name="IsDemo">Found in demo data; demo and real services are never in one incident.</param>
/// <param name="Service">Where it began.</param>
/// <param name="Services">All services with anomalies in it, the first one first.</param>
/// <param name="Title">What and how much, one plain sentence. Contains names from the logs: hostile.</param>
/// <param name="Score">Its highest anomaly's.</param>
/// <param name="StartedAt">Start of its first anomalous window.</param>
/// <param name="LastAt">End of its last anomalous window so far.</param>
/// <param name="OpenedAt">When it was found, by our clock.</param>
/// <param name="ResolvedAt">When somebody resolved it, by our clock; of one that ended by itself, when it had been quiet for long enough, event time.</param>
/// <param name="IsHistorical">It was found in old data.</param>
/// <param name="Notifies">Whether people may be called for it; never for a historical one.</param>
public sealed record Incident(
    long Id, string Fingerprint, bool IsDemo, string Service, IReadOnlyList<string> Services, IncidentState State, string Title, double Score,
    DateTimeOffset StartedAt, DateTimeOffset LastAt, DateTimeOffset OpenedAt, DateTimeOffset? AcknowledgedAt, string? AcknowledgedBy,
    DateTimeOffset? ResolvedAt, string? ResolvedBy, bool IsHistorical, bool Notifies, int AnomalyCount)
{
    /// <summary>Start of the earliest of its series that are still outside their band; null when all are back.</summary>
    public DateTimeOffset? GoingOnSince { get; init; }
}

/// <summary>An entry of an incident's timeline.</summary>
/// <param name="At">When it was decided or done, by our clock. Times of the records stand in <paramref name="Text"/>.</param>
/// <param name="Kind">opened, joined, reopened, acknowledged, note, resolved.</param>
/// <param name="Who">Who did it; null for the console itself.</param>
/// <param name="Text">A note's or a detail's text: hostile. May be null.</param>
public sealed record IncidentEvent(DateTimeOffset At, string Kind, string? Who, string? Text);

/// <summary>A stored anomaly.</summary>
/// <param name="IncidentId">The incident it is in.</param>
/// <param name="FoundWindow">The window whose judgement opened it.</param>
/// <param name="HasEnded">False while the series is still outside its band.</param>
public sealed record Anomaly(long Id, long? IncidentId, int ServiceId, string Service, long FoundWindow, bool HasEnded, DetectedAnomaly Detected);
