using LogConsole.Anomalies;
using LogConsole.Anomalies.Detection;
using LogConsole.Anomalies.Detectors;
using LogConsole.Anomalies.Incidents;
using LogConsole.Metrics;

namespace LogConsole.Tests.Anomalies;

/// <summary>How anomalies join.</summary>
public sealed class IncidentBookTests
{
    private const long Start = Windows.Midnight;

    private static readonly DateTimeOffset s_now = TumblingWindow.Start(Start).AddSeconds(3.2);

    private readonly IncidentBook _book = new(new AnomalyOptions(), s_now);

    [Fact]
    public void SameService_WithinTheQuietPeriod_Joins()
    {
        Take(1, Start, FindingKind.Opened);
        Take(1, Start + 10, FindingKind.Ended, last: Start + 10);
        Take(1, Start + 60, FindingKind.Opened, detector: "volume");
        var incident = Assert.Single(_book.Changed);
        Assert.Equal((2, Start + 60, Start), (incident.AnomalyCount, incident.Last, incident.Start));
        Assert.Equal(["opened", "joined"], incident.Events.Select(entry => entry.Kind));
    }

    [Fact]
    public void OtherService_SoonAfter_Joins_LaterOpensItsOwn()
    {
        Take(1, Start, FindingKind.Opened);
        Take(2, Start + 12, FindingKind.Opened);
        Take(3, Start + 24, FindingKind.Opened);
        Take(4, Start + 60, FindingKind.Opened);
        Assert.Equal(["1,2,3", "4"], _book.Changed.Select(incident => string.Join(',', incident.ServiceIds)));
    }

    [Fact]
    public void OtherService_AfterEverythingWasOver_OpensItsOwn_RightAfterItJoins()
    {
        Take(1, Start, FindingKind.Opened);
        Take(1, Start + 16, FindingKind.Ended, start: Start, last: Start + 10);
        Take(2, Start + 16, FindingKind.Opened, start: Start + 12);
        Take(2, Start + 22, FindingKind.Ended, start: Start + 12, last: Start + 16);
        Take(3, Start + 22, FindingKind.Opened, start: Start + 19);
        Assert.Equal(["1,2", "3"], _book.Changed.Select(incident => string.Join(',', incident.ServiceIds)));
    }

    [Fact]
    public void Chain_CountsFromWhatIsStillOpen()
    {
        Take(1, Start, FindingKind.Opened);
        Take(2, Start + 12, FindingKind.Opened);
        Take(2, Start + 20, FindingKind.Ended, start: Start + 12, last: Start + 14);
        Take(3, Start + 24, FindingKind.Opened);
        Assert.Equal(["1,2", "3"], _book.Changed.Select(incident => string.Join(',', incident.ServiceIds)));
    }

    [Fact]
    public void ResolvedWhileStillOutside_OpensAgainAfterTheGrace_Once()
    {
        var incident = ResolvedBySomebody(Start + 20);
        Take(1, Start + 31, FindingKind.Continued, start: Start);
        Assert.Equal((IncidentState.Resolved, Start, false), (incident.State, incident.Last, incident.IsChanged));

        Take(1, Start + 32, FindingKind.Continued, start: Start);
        Take(1, Start + 33, FindingKind.Continued, start: Start);
        Assert.Equal((IncidentState.Open, null, Start + 33, true), (incident.State, incident.ResolvedAt, incident.Last, incident.IsChanged));
        Assert.Equal(new IncidentEvent(s_now, "reopened", null, $"still going on at {Headline.Clock(TumblingWindow.Start(Start + 33))}"), Assert.Single(incident.Events));
    }

    [Fact]
    public void ResolvedWhileStillOutside_StaysSoWhenItEnds()
    {
        var incident = ResolvedBySomebody(Start + 20);
        Take(1, Start + 40, FindingKind.Ended, start: Start, last: Start + 34);
        Assert.Equal((IncidentState.Resolved, Start, 0), (incident.State, incident.Last, incident.Active.Count));
        Assert.True(incident is { IsChanged: true, IsToldAnew: true }, "what was said while it went on is not so any more");
    }

    [Fact]
    public void Beginning_MovesToTheEarlierAnomalyOrTheLikelierCause_WhileYoung()
    {
        Take(1, Start + 3, FindingKind.Opened, start: Start + 1, detector: "volume");
        Take(2, Start + 3, FindingKind.Opened, start: Start + 1, detector: "silence");
        var incident = Assert.Single(_book.Changed);
        var silent = IncidentBook.Fingerprint(false, 2, new DetectedAnomaly("silence", 1, "", null, AnomalyDirection.Gone, 0, 0, 0, 0, 0, 0, []));
        Assert.Equal((2, silent, "2,1"), (incident.ServiceId, incident.Fingerprint, string.Join(',', incident.ServiceIds)));

        Take(3, Start + 6, FindingKind.Opened, start: Start);
        Assert.Equal((3, Start), (incident.ServiceId, incident.Start));
        Take(4, Start + 19, FindingKind.Opened, start: Start - 1);
        Assert.Equal((3, Start - 1), (incident.ServiceId, incident.Start));
    }

    [Fact]
    public void OtherOrigin_NeverJoins()
    {
        Take(1, Start, FindingKind.Opened);
        Take(2, Start, FindingKind.Opened, demo: true);
        Assert.Equal(2, _book.Changed.Count());
    }

    [Fact]
    public void Spread_EndsAQuarterOfAnHourAfterTheBeginning()
    {
        for (var service = 1; service <= 12; service++)
        {
            Take(service, Start + (service * 15), FindingKind.Opened);
        }

        Assert.Equal([7, 5], _book.Changed.Select(incident => incident.ServiceIds.Count));
    }

    [Fact]
    public void Quiet_ResolvesAtTheMomentItHadBeenQuiet_ActiveNever()
    {
        Take(1, Start, FindingKind.Opened);
        _book.Settle(_ => Start + 10_000);
        var incident = Assert.Single(_book.Changed);
        Assert.Equal(IncidentState.Open, incident.State);

        Take(1, Start + 20, FindingKind.Ended, start: Start, last: Start + 14);
        _book.Settle(_ => Start + 74);
        Assert.Equal(IncidentState.Open, incident.State);
        _book.Settle(_ => Start + 10_000);
        Assert.Equal((IncidentState.Resolved, TumblingWindow.Start(Start + 75)), (incident.State, incident.ResolvedAt));
    }

    [Fact]
    public void Resolved_ThatComesBackSoonAfterItWasLastSeen_OpensAgain_LaterIsNew()
    {
        var incident = ResolvedBySomebody(Start + 25);
        incident.Fingerprint = IncidentBook.Fingerprint(false, 1, new DetectedAnomaly("error_share", 1, "", null, AnomalyDirection.Up, 0, 0, 0, 0, 0, 0, []));
        Take(1, Start + 20, FindingKind.Ended, start: Start, last: Start + 14);
        incident.Last = Start + 14;
        Take(1, Start + 45, FindingKind.Opened);
        Assert.Same(incident, Assert.Single(_book.Changed));
        Assert.Equal((IncidentState.Open, "reopened", true), (incident.State, incident.Events[0].Kind, incident.IsToldAnew));

        Take(1, Start + 60, FindingKind.Ended, start: Start + 45, last: Start + 50);
        incident.State = IncidentState.Resolved;
        incident.ResolvedAt = TumblingWindow.Start(Start + 81);
        Take(1, Start + 82, FindingKind.Opened);
        Assert.Equal((2, Start + 82), (_book.Changed.Count(), _book.Changed.Last().Start));
    }

    [Fact]
    public void ResolvedByItself_NeverOpensAgain()
    {
        Take(1, Start, FindingKind.Opened);
        Take(1, Start + 14, FindingKind.Ended, start: Start, last: Start + 14);
        Take(1, Start + 80, FindingKind.Opened);
        Assert.Equal([IncidentState.Resolved, IncidentState.Open], _book.Changed.Select(incident => incident.State));
    }

    [Fact]
    public void GoesOnAfterAPause_OrIsOver_IsToldAnew()
    {
        Take(1, Start, FindingKind.Opened);
        var incident = Assert.Single(_book.Changed);
        incident.IsToldAnew = false;
        Take(2, Start + 5, FindingKind.Opened);
        Assert.False(incident.IsToldAnew);
        Take(2, Start + 14, FindingKind.Ended, start: Start + 5, last: Start + 8);
        Assert.True(incident.IsToldAnew);
        Take(1, Start + 14, FindingKind.Ended, start: Start, last: Start + 8);
        incident.IsToldAnew = false;
        Take(1, Start + 50, FindingKind.Opened);
        Assert.True(incident.IsToldAnew);
    }

    [Fact]
    public void Timeline_TellsWhenItWasDecidedByOurClock_AndEventTimesInWords()
    {
        Take(1, Start + 4, FindingKind.Opened, start: Start + 1);
        Take(2, Start + 5, FindingKind.Opened, start: Start + 2);
        Take(2, Start + 14, FindingKind.Ended, start: Start + 2, last: Start + 8);
        Take(1, Start + 14, FindingKind.Ended, start: Start + 1, last: Start + 8);
        _book.Settle(_ => Start + 10_000);

        var events = Assert.Single(_book.Changed).Events;
        Assert.All(events, entry => Assert.Equal(s_now, entry.At));
        Assert.Equal(["opened", "joined", "resolved"], events.Select(entry => entry.Kind));
        Assert.EndsWith($" since {Headline.Clock(TumblingWindow.Start(Start + 1))}", events[0].Text, StringComparison.Ordinal);
        Assert.EndsWith($" since {Headline.Clock(TumblingWindow.Start(Start + 2))}", events[1].Text, StringComparison.Ordinal);
        Assert.Equal($"nothing was outside its band from {Headline.Clock(TumblingWindow.Start(Start + 9))} to {Headline.Clock(TumblingWindow.Start(Start + 69))}", events[2].Text);
    }

    [Fact]
    public void SameService_OtherTrouble_DoesNotReopen()
    {
        Take(1, Start, FindingKind.Opened);
        Take(1, Start + 14, FindingKind.Ended, start: Start, last: Start + 14);
        Take(1, Start + 76, FindingKind.Opened, detector: "silence");
        Assert.Equal(2, _book.Changed.Count());
    }

    [Fact]
    public void Historical_UntilFoundInFreshData()
    {
        var book = new IncidentBook(new AnomalyOptions(), TumblingWindow.Start(Start + 200));
        Take(1, Start, FindingKind.Opened, book: book);
        var incident = Assert.Single(book.Changed);
        Assert.True(incident.IsHistorical);
        Take(1, Start + 190, FindingKind.Continued, start: Start, last: Start + 190, book: book);
        Assert.False(incident.IsHistorical);
    }

    private IncidentDraft ResolvedBySomebody(long window)
    {
        var incident = new IncidentDraft
        {
            Id = 1,
            Fingerprint = "0123456789abcdef",
            IsDemo = false,
            ServiceId = 1,
            RootRank = 1,
            ServiceIds = [1],
            State = IncidentState.Resolved,
            Title = "",
            Start = Start,
            NewestStart = Start,
            Last = Start,
            ResolvedAt = TumblingWindow.Start(window),
        };
        incident.Active.Add(new AnomalyKey(1, ErrorShareDetector.ErrorShare, ErrorShareDetector.ErrorShare, AnomalyDirection.Up, Start));
        _book.Add(incident);
        return incident;
    }

    private void Take(
        int service, long window, FindingKind kind, long? start = null, long? last = null, string detector = ErrorShareDetector.ErrorShare, bool demo = false, IncidentBook? book = null)
    {
        var from = start ?? (kind == FindingKind.Ended ? Start : window);
        var anomaly = new DetectedAnomaly(
            detector, 1, detector, null, detector == "silence" ? AnomalyDirection.Gone : AnomalyDirection.Up, from, last ?? window, 0.4, 0, 0.04, 80, []);
        var watched = new WatchedService(service, demo, Start, new ServiceDetectors(new AnomalyOptions()));
        (book ?? _book).Take(new PlacedFinding(watched, $"service {service}", window, new Finding(kind, anomaly)), _ => window);
    }
}
