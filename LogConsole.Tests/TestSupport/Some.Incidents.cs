using LogConsole.Anomalies;
using LogConsole.Anomalies.Explanations;
using LogConsole.Anomalies.Incidents;
using LogConsole.Metrics;
using LogConsole.Overview;

namespace LogConsole.Tests.TestSupport;

/// <summary>Builders of plausible values; the incidents' part. Deterministic.</summary>
internal static partial class Some
{
    /// <summary>A name as hostile as names from logs can be.</summary>
    public const string HostileName = "<img src=x onerror=alert(1)>\u202Eevil\u001b[31m\"'";

    /// <summary>An incident that began <paramref name="minutesAgo"/> before <see cref="Now"/>.</summary>
    public static Incident Incident(long id = 7, IncidentState state = IncidentState.Open, double minutesAgo = 12, string service = "payments", params string[] others)
    {
        var start = TumblingWindow.Start(TumblingWindow.Of(Now.AddMinutes(-minutesAgo)));
        return new Incident(
            id, $"error_share/{service}", IsDemo: false, service, [service, .. others], state,
            $"Error share of {service} 38 % (normal 0–4 %) since {start:HH:mm} UTC", 96.4, start, Now, start.AddSeconds(40),
            state == IncidentState.Open ? null : start.AddMinutes(3), state == IncidentState.Open ? null : "grace",
            state == IncidentState.Resolved ? start.AddMinutes(9) : null, state == IncidentState.Resolved ? "grace" : null,
            IsHistorical: false, Notifies: true, AnomalyCount: 2)
        { GoingOnSince = state == IncidentState.Resolved ? null : start };
    }

    /// <summary>Everything about an incident: two anomalies, an explanation with three lines, two courses.</summary>
    public static IncidentDetail IncidentDetail(Incident? of = null, string? line = null)
    {
        var incident = of ?? Incident(others: "checkout");
        var start = TumblingWindow.Of(incident.StartedAt);
        var (from, to) = (incident.StartedAt.AddMinutes(-10), TumblingWindow.Start(TumblingWindow.Of(Now)));
        var values = Enumerable.Range(0, (int)((to - from) / BucketWidth.Rollup)).Select(i => (double?)(from + (i * BucketWidth.Rollup) < incident.StartedAt ? 0.01 + (0.01 * (i % 3)) : 0.34 + (0.02 * (i % 4)))).ToList();
        return new IncidentDetail(
            incident,
            [
                new Anomaly(31, incident.Id, 1, incident.Service, start + 3, HasEnded: false, new DetectedAnomaly(
                    "error_share", 1, "error_share", null, AnomalyDirection.Up, start, start + 60, 0.38, 0, 0.04, 96.4, [new("errors", 412), new("records", 1_084), new("z", 11.2)])),
                new Anomaly(32, incident.Id, 1, incident.Service, start + 4, HasEnded: true, new DetectedAnomaly(
                    "new_error_template", 1, "template:12", 12, AnomalyDirection.New, start + 1, start + 20, 57, 0, 5, 81, [])),
                .. incident.Services.Skip(1).Select((service, i) => new Anomaly(33 + i, incident.Id, 2 + i, service, start + 9, HasEnded: false, new DetectedAnomaly(
                    "volume", 1, "log_rate", null, AnomalyDirection.Down, start + 6, start + 50, 3.2, 20, 44, 88, [new("expected", 31.5)]))),
            ],
            [
                new IncidentEvent(incident.OpenedAt, "opened", null, $"Error share of {incident.Service} left its band"),
                new IncidentEvent(incident.OpenedAt.AddSeconds(50), "joined", null, $"New error in {incident.Service}"),
            ],
            IncidentExplanation(incident, line),
            [
                new IncidentSeries(31, incident.Service, SeriesMeasure.ErrorShare, from, to, BucketWidth.Rollup, values, new SeriesBand(0, 0.04)),
                new IncidentSeries(33, incident.Services[^1], SeriesMeasure.LogRate, from, to, BucketWidth.Rollup, [.. values.Select(value => (double?)(34 - (60 * value)))], new SeriesBand(20, 44)),
            ]);
    }

    /// <summary>How services fare: one of each condition.</summary>
    public static IReadOnlyList<ServiceHealth> Services(long? incident = 7) =>
    [
        Health(1, "payments", ServiceCondition.Anomalous, 41.2, 0.38, incident),
        Health(2, "checkout", ServiceCondition.Ok, 120, 0.012),
        Health(3, "search", ServiceCondition.Silent, 0, null, incident),
        Health(4, "shipping", ServiceCondition.Learning, 3.4, 0),
    ];

    public static ServiceHealth Health(int id, string name, ServiceCondition condition, double rate, double? share, long? incident = null) => new(
        id, name, IsDemo: false, condition, condition == ServiceCondition.Learning ? 40 : 60, 60, rate, share,
        [.. Enumerable.Range(0, ServiceHealth.SparklineMinutes).Select(i => (long?)(rate * 60 * (1 + (0.2 * Math.Sin(i)))))], incident);

    private static Explanation IncidentExplanation(Incident incident, string? line)
    {
        var id = incident.Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var (from, to) = (incident.StartedAt, incident.LastAt);
        Evidence Line(int number, string text) =>
            new($"e{number}", text, [new("lines", 1), new("at", from.AddSeconds(7.038).ToUnixTimeMilliseconds())], new EvidenceQuery(EvidenceKind.Line, 1, from, from.AddSeconds(10), TemplateId: 12, LineId: $"{9_000 + number}"), "/api/logs");
        return new Explanation(
            incident.OpenedAt.AddSeconds(5), Explanation.Extractive, incident.Title,
            [
                new ExplanationSentence(incident.Title, ["e1", "e2"]),
                new ExplanationSentence($"\"Gateway <*> timed out after <*> ms\" in {incident.Service} came 57 times, 0 times in the hour before (12.4 times as often).", ["e3"]),
                new ExplanationSentence($"It began in {incident.Service} at {from:HH:mm:ss} UTC.", ["e4"]),
                new ExplanationSentence("3 of its lines.", ["e5", "e6", "e7"]),
            ],
            [
                new Evidence("e1", $"{incident.Service}: 412 of 1,084 records were errors (38 %)", [], new EvidenceQuery(EvidenceKind.ErrorShare, 1, from, to), "/api/metrics/series"),
                new Evidence("e2", $"{incident.Service}: in the hour before, 9 of 10 minutes had 0–4 % errors", [], new EvidenceQuery(EvidenceKind.ErrorShareRange, 1, from.AddHours(-1), from), "/api/metrics/series"),
                new Evidence("e3", "\"Gateway <*> timed out after <*> ms\": 57 records, 0 in the hour before", [], new EvidenceQuery(EvidenceKind.TemplateRise, 1, from, to, from.AddHours(-1), 12), "/api/logs"),
                new Evidence("e4", $"{incident.Service} was the first outside its band, at {from:HH:mm:ss} UTC", [], new EvidenceQuery(EvidenceKind.Onset, 1, from, to, IncidentId: id), $"/api/incidents/{id}"),
                Line(5, line ?? "Gateway pay-3 timed out after 3000 ms order=5b1e-77"),
                Line(6, "Gateway pay-1 timed out after 3001 ms order=77aa-02"),
                Line(7, "checkout of cart 8812 failed: payment declined (timeout)"),
            ]);
    }
}
