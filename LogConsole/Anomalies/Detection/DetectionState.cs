namespace LogConsole.Anomalies.Detection;

/// <summary>Counts of detection since the data was last reset.</summary>
/// <param name="Judged">Service windows judged.</param>
/// <param name="Late">Service windows found changed after they were judged; the decisions stand.</param>
/// <param name="Unwatched">Services beyond <see cref="AnomalyOptions.MaxServices"/>, now.</param>
/// <param name="Overlooked">New templates beyond what is looked at.</param>
public sealed record DetectionCounts(long Judged, long Late, long Unwatched, long Overlooked);

/// <summary>What detection has decided up to, as committed. Owned by one <see cref="DetectionRun"/>.</summary>
internal sealed class DetectionState
{
    /// <summary>Counts commits.</summary>
    public long Step { get; set; }

    /// <summary>The newest write to a rollup that was noticed; null before the first.</summary>
    public DateTimeOffset? ChangedUntil { get; set; }

    public DetectionCounts Counts { get; set; } = new(0, 0, 0, 0);

    /// <summary>By id. Bounded by <see cref="AnomalyOptions.MaxServices"/>.</summary>
    public SortedDictionary<int, WatchedService> Services { get; } = [];

    /// <summary>Services whose state another version wrote: they learn anew, and what they had open is over.</summary>
    public List<int> Forgotten { get; } = [];

    /// <summary>Windows of a service before this are judged; 0 for one that is not watched.</summary>
    public long JudgedTo(int serviceId) => Services.TryGetValue(serviceId, out var service) ? service.JudgedTo : 0;
}

/// <summary>What one step decided.</summary>
/// <param name="Judged">The services whose state changed.</param>
/// <param name="Findings">In the order found: by window, then service.</param>
/// <param name="Before">[service id] → how far it was judged before the step, for those in it.</param>
internal sealed record DetectionOutcome(
    IReadOnlyList<WatchedService> Judged, IReadOnlyList<Incidents.PlacedFinding> Findings, IReadOnlyDictionary<int, long> Before, bool ConditionsChanged)
{
    public static DetectionOutcome None { get; } = new([], [], new Dictionary<int, long>(), ConditionsChanged: false);
}

/// <summary>Another instance, a reset, a service that was removed or an answer that was lost moved the state on: load it again.</summary>
internal sealed class DetectionSupersededException() : Exception("Detection was moved on elsewhere; its state is read again.");
