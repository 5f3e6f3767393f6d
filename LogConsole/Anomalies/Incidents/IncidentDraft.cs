namespace LogConsole.Anomalies.Incidents;

/// <summary>What tells an anomaly from every other.</summary>
internal readonly record struct AnomalyKey(int ServiceId, string Detector, string Series, AnomalyDirection Direction, long StartWindow)
{
    public static AnomalyKey Of(int serviceId, DetectedAnomaly anomaly) => new(serviceId, anomaly.Detector, anomaly.Series, anomaly.Direction, anomaly.StartWindow);
}

/// <summary>An incident being assembled. Windows are numbered; owned by one <see cref="IncidentBook"/>.</summary>
internal sealed class IncidentDraft
{
    /// <summary>0 until it is stored.</summary>
    public long Id { get; set; }

    public required string Fingerprint { get; set; }

    public required bool IsDemo { get; init; }

    /// <summary>Where it began.</summary>
    public required int ServiceId { get; set; }

    /// <summary>The <see cref="PlacedFinding.Rank"/> of the anomaly it began with.</summary>
    public required int RootRank { get; set; }

    /// <summary>The first one first.</summary>
    public required List<int> ServiceIds { get; init; }

    public required IncidentState State { get; set; }

    public required string Title { get; set; }

    public double Score { get; set; }

    public required long Start { get; set; }

    /// <summary>Start of its newest anomaly.</summary>
    public required long NewestStart { get; set; }

    /// <summary>Its last anomalous window.</summary>
    public required long Last { get; set; }

    /// <summary>When it was resolved, event time or, by somebody, our clock; null while it is not.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }

    public bool IsHistorical { get; set; }

    public int AnomalyCount { get; set; }

    /// <summary>Its anomalies that have not ended; a resolved one has some when somebody resolved it meanwhile.</summary>
    public HashSet<AnomalyKey> Active { get; } = [];

    /// <summary>Entries to store.</summary>
    public List<IncidentEvent> Events { get; } = [];

    /// <summary>There is something to store.</summary>
    public bool IsChanged { get; set; }

    /// <summary>What was said of it is not so any more: a series is over, or it goes on after a pause.</summary>
    public bool IsToldAnew { get; set; }

    /// <summary>It turns out to have begun with another anomaly.</summary>
    public void BeginIn(int serviceId, int rank, string fingerprint, string title)
    {
        (ServiceId, RootRank, Fingerprint, Title) = (serviceId, rank, fingerprint, title);
        ServiceIds.Remove(serviceId);
        ServiceIds.Insert(0, serviceId);
    }
}

/// <summary>An anomaly to store, with the incident it is in.</summary>
internal sealed record AnomalyDraft(int ServiceId, DetectedAnomaly Anomaly, long FoundWindow, bool HasEnded, IncidentDraft? Incident);
