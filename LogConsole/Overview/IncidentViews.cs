using LogConsole.Anomalies;
using LogConsole.Anomalies.Explanations;
using LogConsole.Anomalies.Incidents;

namespace LogConsole.Overview;

/// <summary>Which incidents a listing shows. Equal views show equal pages.</summary>
/// <param name="State">Only this state; null for all.</param>
/// <param name="Range">Only those that were going on then; null for all time.</param>
/// <param name="Service">Only those with an anomaly of this service; null for all.</param>
/// <param name="After">Continue after this one; null for the first page.</param>
public sealed record IncidentListView(IncidentState? State, TimeRange? Range = null, string? Service = null, (DateTimeOffset StartedAt, long Id)? After = null);

/// <summary>The incidents nobody has taken yet.</summary>
public sealed record OpenIncidents(long Count);

/// <summary>An incident in a list.</summary>
/// <param name="Cause">Where it comes from, one sentence; null while unknown. Contains text from the logs: hostile.</param>
public sealed record IncidentSummary(Incident Incident, string? Cause);

/// <summary>A page of incidents, newest start first.</summary>
/// <param name="Next">Where the next page begins, or null on the last one.</param>
/// <param name="Counts">How many there are in each state, whichever state is shown; states without any are absent.</param>
public sealed record IncidentListing(IReadOnlyList<IncidentSummary> Incidents, (DateTimeOffset StartedAt, long Id)? Next, IReadOnlyDictionary<IncidentState, long> Counts)
{
    /// <summary>Incidents on a page, at most.</summary>
    public const int PageSize = 50;
}

/// <summary>An incident with everything known about it.</summary>
/// <param name="Found">The incident; null when there is none of this number. The rest is empty then.</param>
/// <param name="Anomalies">In the order they began, at most <see cref="IncidentStore.MaxDetails"/>.</param>
/// <param name="Timeline">Oldest first.</param>
/// <param name="Explanation">Null while none has been made.</param>
/// <param name="Series">The courses of its most telling series, the leading one first, at most <see cref="MaxSeries"/>.</param>
public sealed record IncidentDetail(
    Incident? Found, IReadOnlyList<Anomaly> Anomalies, IReadOnlyList<IncidentEvent> Timeline, Explanation? Explanation, IReadOnlyList<IncidentSeries> Series)
{
    /// <summary>Series with a course.</summary>
    public const int MaxSeries = 12;
}

/// <summary>What a course measures.</summary>
public enum SeriesMeasure
{
    /// <summary>Share of errors, 0–1; unknown where there were no records.</summary>
    ErrorShare,

    /// <summary>Records a second.</summary>
    LogRate,

    /// <summary>Records of a template in each bucket.</summary>
    Template,
}

/// <summary>The course of one anomaly's series around its incident.</summary>
/// <param name="AnomalyId">The anomaly whose band is given.</param>
/// <param name="Service">Comes from the logs: hostile.</param>
/// <param name="Width">Of a bucket.</param>
/// <param name="Values">One a bucket from <paramref name="From"/> on; null where nothing is known.</param>
/// <param name="Band">What was expected, in the measure's unit; null where the detector expects nothing of the measure.</param>
public sealed record IncidentSeries(
    long AnomalyId, string Service, SeriesMeasure Measure, DateTimeOffset From, DateTimeOffset To, TimeSpan Width, IReadOnlyList<double?> Values, SeriesBand? Band)
{
    /// <summary>Starts of the buckets that have no records and through which no console listened: their values are null.</summary>
    public IReadOnlyList<DateTimeOffset> Unheard { get; init; } = [];
}

/// <summary>What was expected of a series.</summary>
public sealed record SeriesBand(double Low, double High);

/// <summary>What the Overview shows of services and incidents.</summary>
/// <param name="Services">All of them, by name.</param>
/// <param name="Newest">The newest incidents of the view.</param>
/// <param name="Marked">Incidents that were going on during the view's range, for the chart.</param>
public sealed record OverviewIncidents(IReadOnlyList<ServiceHealth> Services, IReadOnlyList<IncidentSummary> Newest, IReadOnlyList<Incident> Marked)
{
    /// <summary>Incidents in <see cref="Newest"/>, at most.</summary>
    public const int MaxNewest = 6;
}
