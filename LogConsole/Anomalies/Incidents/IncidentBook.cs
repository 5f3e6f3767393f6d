using System.Security.Cryptography;
using System.Text;
using LogConsole.Anomalies.Detection;
using LogConsole.Anomalies.Detectors;
using LogConsole.Metrics;

namespace LogConsole.Anomalies.Incidents;

/// <summary>A finding with its place.</summary>
internal sealed record PlacedFinding(WatchedService Service, string ServiceName, long Window, Finding Finding)
{
    /// <summary>
    /// How likely its anomaly is a cause rather than a consequence, smaller is likelier: a service that is gone, errors, less traffic,
    /// more traffic. Decides between anomalies that start in the same window.
    /// </summary>
    public int Rank => (Finding.Anomaly.Detector, Finding.Anomaly.Direction) switch
    {
        (SilenceDetector.Silence, _) => 0,
        (ErrorShareDetector.ErrorShare or NewErrorTemplateDetector.NewErrorTemplate, _) => 1,
        (_, AnomalyDirection.Down) => 2,
        _ => 3,
    };

    /// <summary>The findings of one window in the order incidents take them: earliest start first, then the likeliest cause, then the service's id.</summary>
    public static IOrderedEnumerable<PlacedFinding> InOrder(IEnumerable<PlacedFinding> findings) =>
        findings.OrderBy(placed => placed.Finding.Anomaly.StartWindow).ThenBy(placed => placed.Rank).ThenBy(placed => placed.Service.Id);
}

/// <summary>
/// Joins anomalies to incidents. Pure: the same findings in the same order give the same incidents.
/// <para>An anomaly joins an unresolved incident of its origin (demo or real): one that has its service and whose last anomalous window is no
/// further back than <see cref="AnomalyOptions.QuietPeriod"/>; else one that was still going on when the anomaly began, whose newest
/// open anomaly started no longer than <see cref="AnomalyOptions.JoinWithin"/> before, and which began no longer than
/// <see cref="AnomalyOptions.SpreadWithin"/> before — the one that started last. Which service calls which is not known, so nearness in
/// time stands for it; what is over spreads no more.</para>
/// <para>Else an incident with its fingerprint (origin, service, kind of trouble) that is resolved opens again, when the anomaly began no later than
/// <see cref="AnomalyOptions.ReopenWithin"/> after its last anomalous window; else it is a new incident. Who resolved an incident and then
/// saw everything in its band has finished with it: its duration, its cause and its notes would be wrong for what comes later. So the pause
/// is counted from when it was last seen, not from when somebody said so, and only a resolve that came too early is undone.</para>
/// <para>An incident that somebody resolved while an anomaly of it was outside its band opens again when that anomaly is still outside
/// <see cref="StillGoingOnAfter"/> (event time) after it was resolved.</para>
/// <para>An incident begins in the service of its earliest anomaly; while it is younger than <see cref="AnomalyOptions.JoinWithin"/>, an anomaly
/// found later that started earlier, or at the same time as a likelier cause, becomes its beginning and gives it its fingerprint.</para>
/// <para>What is decided goes by event time alone. When it was decided is another matter: the entries of the timeline bear the time of
/// <paramref name="now"/>, as those of people do, and tell event times in their texts.</para>
/// </summary>
/// <param name="now">Our clock.</param>
internal sealed class IncidentBook(AnomalyOptions options, DateTimeOffset now)
{
    /// <summary>How long (event time) an anomaly may outlast the moment somebody resolved its incident.</summary>
    public static readonly TimeSpan StillGoingOnAfter = TimeSpan.FromMinutes(2);

    // Windows after its last anomalous one in which an incident may still have led to what begins.
    private const long Afterwards = 2;

    private readonly List<IncidentDraft> _incidents = []; // by id, new ones last
    private readonly Dictionary<AnomalyKey, AnomalyDraft> _anomalies = [];

    /// <summary>Incidents with something to store, in the order they began.</summary>
    public IEnumerable<IncidentDraft> Changed => _incidents.Where(incident => incident.IsChanged);

    /// <summary>Anomalies to store.</summary>
    public IEnumerable<AnomalyDraft> Anomalies => _anomalies.Values;

    /// <summary>Adds a stored incident: every unresolved one, and those resolved lately.</summary>
    public void Add(IncidentDraft incident) => _incidents.Add(incident);

    /// <summary>Takes the next finding.</summary>
    /// <param name="progress">[service id] → windows before this are judged; decides what has been quiet.</param>
    public void Take(PlacedFinding placed, Func<int, long> progress)
    {
        Settle(progress);
        var (kind, anomaly) = placed.Finding;
        var key = AnomalyKey.Of(placed.Service.Id, anomaly);
        if (kind == FindingKind.Opened)
        {
            var home = Home(placed.Service, anomaly) ?? Reopened(placed.Service, anomaly) ?? Open(placed);
            Join(home, placed, key);
            _anomalies[key] = new AnomalyDraft(placed.Service.Id, anomaly, placed.Window, HasEnded: false, home);
            return;
        }

        var incident = _incidents.Find(candidate => candidate.Active.Contains(key));
        var found = _anomalies.TryGetValue(key, out var known) ? known.FoundWindow : placed.Window;
        _anomalies[key] = new AnomalyDraft(placed.Service.Id, anomaly, found, kind == FindingKind.Ended, incident);
        if (incident is null)
        {
            return;
        }

        if (kind == FindingKind.Ended)
        {
            incident.Active.Remove(key);
            (incident.IsToldAnew, incident.IsChanged) = (true, true);
        }

        if (incident.State == IncidentState.Resolved && !OpensAgain(incident, placed))
        {
            return;
        }

        incident.Last = Math.Max(incident.Last, anomaly.LastWindow);
        incident.Score = Math.Max(incident.Score, anomaly.Score);
        incident.IsHistorical &= IsOld(anomaly.LastWindow);
        incident.IsChanged = true;
    }

    /// <summary>Resolves what has been quiet long enough, as of the moment it had been.</summary>
    public void Settle(Func<int, long> progress)
    {
        var quiet = DetectionClock.Windows(options.QuietPeriod);
        foreach (var incident in _incidents)
        {
            var over = incident.Last + 1 + quiet;
            if (incident.State == IncidentState.Resolved || incident.Active.Count != 0 || progress(incident.ServiceId) < over)
            {
                continue;
            }

            incident.State = IncidentState.Resolved;
            incident.ResolvedAt = TumblingWindow.Start(over);
            incident.Events.Add(new IncidentEvent(
                now, "resolved", null, $"nothing was outside its band from {Headline.Clock(TumblingWindow.Start(incident.Last + 1))} to {Headline.Clock(TumblingWindow.Start(over))}"));
            incident.IsChanged = true;
        }
    }

    /// <summary>The same for the same kind of trouble in the same service of the same origin: 16 hex digits.</summary>
    public static string Fingerprint(bool isDemo, int serviceId, DetectedAnomaly anomaly)
    {
        var trouble = (anomaly.Detector, anomaly.Direction) switch
        {
            (ErrorShareDetector.ErrorShare or NewErrorTemplateDetector.NewErrorTemplate, _) => "errors",
            (_, AnomalyDirection.Up) => "more",
            _ => "less",
        };
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{(isDemo ? "demo" : "real")}/{serviceId}/{trouble}")))[..16];
    }

    private IncidentDraft? Home(WatchedService service, DetectedAnomaly anomaly)
    {
        var near = DetectionClock.Windows(options.JoinWithin);
        var quiet = DetectionClock.Windows(options.QuietPeriod);
        var spread = DetectionClock.Windows(options.SpreadWithin);
        var open = _incidents.Where(incident => incident.State != IncidentState.Resolved && incident.IsDemo == service.IsDemo).ToList();
        return open.Where(incident => incident.ServiceIds.Contains(service.Id)
                && anomaly.StartWindow - incident.Last <= quiet && incident.Start - anomaly.LastWindow <= quiet)
            .MaxBy(incident => incident.Start)
            ?? open.Where(incident => IsGoingOn(incident, anomaly.StartWindow) && Math.Abs(anomaly.StartWindow - NewestStart(incident)) <= near
                && anomaly.StartWindow - incident.Start <= spread && incident.Start - anomaly.StartWindow <= near)
            .MaxBy(incident => incident.Start);
    }

    private static bool IsGoingOn(IncidentDraft incident, long start) => incident.Active.Count != 0 || start - incident.Last <= Afterwards;

    private static long NewestStart(IncidentDraft incident) => incident.Active.Count == 0 ? incident.NewestStart : incident.Active.Max(key => key.StartWindow);

    // Only what is seen outside its band counts, so that one that is about to end is left alone.
    private bool OpensAgain(IncidentDraft incident, PlacedFinding placed)
    {
        if (placed.Finding.Kind != FindingKind.Continued || TumblingWindow.Start(placed.Window) < incident.ResolvedAt + StillGoingOnAfter)
        {
            return false;
        }

        (incident.State, incident.ResolvedAt) = (IncidentState.Open, null);
        incident.Events.Add(new IncidentEvent(now, "reopened", null, $"still going on at {Headline.Clock(TumblingWindow.Start(placed.Window + 1))}"));
        return true;
    }

    private IncidentDraft? Reopened(WatchedService service, DetectedAnomaly anomaly)
    {
        var fingerprint = Fingerprint(service.IsDemo, service.Id, anomaly);
        var since = anomaly.StartWindow - 1 - DetectionClock.Windows(options.ReopenWithin);
        var incident = _incidents.FindLast(candidate =>
            candidate.State == IncidentState.Resolved && candidate.Fingerprint == fingerprint && candidate.Last >= since && candidate.Start <= anomaly.StartWindow);
        if (incident is not null)
        {
            (incident.State, incident.ResolvedAt) = (IncidentState.Open, null);
            incident.Events.Add(new IncidentEvent(now, "reopened", null, $"began again at {Headline.Clock(TumblingWindow.Start(anomaly.StartWindow))}"));
        }

        return incident;
    }

    private IncidentDraft Open(PlacedFinding placed)
    {
        var (service, anomaly) = (placed.Service, placed.Finding.Anomaly);
        var incident = new IncidentDraft
        {
            Fingerprint = Fingerprint(service.IsDemo, service.Id, anomaly),
            IsDemo = service.IsDemo,
            ServiceId = service.Id,
            ServiceIds = [service.Id],
            State = IncidentState.Open,
            Title = Headline.Of(placed.ServiceName, anomaly),
            RootRank = placed.Rank,
            Start = anomaly.StartWindow,
            NewestStart = anomaly.StartWindow,
            Last = anomaly.LastWindow,
            IsHistorical = IsOld(placed.Window),
        };
        incident.Events.Add(new IncidentEvent(now, "opened", null, incident.Title));
        _incidents.Add(incident);
        return incident;
    }

    private void Join(IncidentDraft incident, PlacedFinding placed, AnomalyKey key)
    {
        var anomaly = placed.Finding.Anomaly;
        if (incident.AnomalyCount++ != 0)
        {
            incident.Events.Add(new IncidentEvent(now, "joined", null, Headline.Of(placed.ServiceName, anomaly)));
        }

        if ((anomaly.StartWindow < incident.Start || (anomaly.StartWindow == incident.Start && placed.Rank < incident.RootRank))
            && placed.Window - incident.Start <= DetectionClock.Windows(options.JoinWithin))
        {
            incident.BeginIn(placed.Service.Id, placed.Rank, Fingerprint(incident.IsDemo, placed.Service.Id, anomaly), Headline.Of(placed.ServiceName, anomaly));
        }

        if (!incident.ServiceIds.Contains(placed.Service.Id))
        {
            incident.ServiceIds.Add(placed.Service.Id);
        }

        incident.IsToldAnew |= incident.Active.Count == 0;
        incident.Active.Add(key);
        incident.Start = Math.Min(incident.Start, anomaly.StartWindow);
        incident.NewestStart = Math.Max(incident.NewestStart, anomaly.StartWindow);
        incident.Last = Math.Max(incident.Last, anomaly.LastWindow);
        incident.Score = Math.Max(incident.Score, anomaly.Score);
        incident.IsHistorical &= IsOld(placed.Window);
        incident.IsChanged = true;
    }

    private bool IsOld(long window) => now - TumblingWindow.Start(window + 1) > options.HistoricalAfter;
}
