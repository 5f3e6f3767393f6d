namespace LogConsole.Anomalies.Incidents;

/// <summary>Which incidents a listing wants. All conditions hold together; newest start first.</summary>
public sealed record IncidentFilter
{
    /// <summary>Only these states; empty for all.</summary>
    public IReadOnlyList<IncidentState> States { get; init; } = [];

    /// <summary>Those still going on at or after this event time; null for no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Those that began before this event time; null for no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Those with an anomaly of any of these services; null for all.</summary>
    public int[]? ServiceIds { get; init; }

    /// <summary>Continue after this one; null for the first page.</summary>
    public (DateTimeOffset StartedAt, long Id)? After { get; init; }

    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = 50;
}

/// <summary>Which anomalies a listing wants. All conditions hold together; newest start first.</summary>
public sealed record AnomalyFilter
{
    /// <summary>Those still going on at or after this event time; null for no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Those that began before this event time; null for no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only these services; null for all.</summary>
    public int[]? ServiceIds { get; init; }

    /// <summary>Only this detector's; null for all.</summary>
    public string? Detector { get; init; }

    /// <summary>Only those of this incident; null for all.</summary>
    public long? IncidentId { get; init; }

    /// <summary>Score at least this.</summary>
    public double MinScore { get; init; }

    /// <summary>Continue after this one; null for the first page.</summary>
    public (DateTimeOffset StartedAt, long Id)? After { get; init; }

    /// <summary>At most so many.</summary>
    public int Limit { get; init; } = 100;
}
