using System.Text.RegularExpressions;
using LogConsole.Anomalies;
using LogConsole.Anomalies.Incidents;
using LogConsole.Overview;

namespace LogConsole.Components.Incidents;

/// <summary>How incidents, anomalies and conditions read. What comes from the logs is made safe to look at.</summary>
internal static partial class IncidentText
{
    private const int MaxTitle = 300;

    /// <summary>The state's word.</summary>
    public static string Word(IncidentState state) => state switch
    {
        IncidentState.Open => "open",
        IncidentState.Acknowledged => "acknowledged",
        _ => "resolved",
    };

    /// <summary>What and how much. Since when stands beside it, in the reader's own zone.</summary>
    public static string Title(Incident incident) => DisplayText.Cut(DisplayText.Clean(SinceUtc().Replace(incident.Title, "", 1)), MaxTitle);

    /// <summary>One sentence about the cause, with times in the reader's zone; says so while there is none.</summary>
    public static string Cause(IncidentSummary summary, TimeZoneInfo zone) =>
        summary.Cause is { } cause ? DisplayText.Cut(LocalClock.In(DisplayText.Clean(cause), summary.Incident.StartedAt, zone), MaxTitle) : $"It began in {DisplayText.Clean(summary.Incident.Service)}.";

    /// <summary>Whether a series of it is outside its band now.</summary>
    public static bool GoesOn(Incident incident) => incident.State != IncidentState.Resolved && incident.GoingOnSince is not null;

    /// <summary>How long what goes on has lasted, without a pause; of what is over, from its beginning to its end.</summary>
    public static string Lasted(Incident incident, DateTimeOffset now)
    {
        var (start, end) = GoesOn(incident) ? (incident.GoingOnSince!.Value, now > incident.LastAt ? now : incident.LastAt) : (incident.StartedAt, incident.LastAt);
        return Format.Duration(Math.Max(0, (end - start).TotalSeconds));
    }

    /// <summary>Who has it, or had it.</summary>
    public static string Holder(Incident incident) => incident switch
    {
        { State: IncidentState.Resolved, ResolvedBy: { } by } => $"resolved by {DisplayText.Clean(by)}",
        { State: IncidentState.Resolved } => "ended by itself",
        { AcknowledgedBy: { } by } => DisplayText.Clean(by),
        _ => "nobody yet",
    };

    /// <summary>How long ago, for beside an absolute time.</summary>
    public static string Ago(DateTimeOffset moment, DateTimeOffset now) => moment > now ? "in the future" : $"{Format.Duration((now - moment).TotalSeconds)} ago";

    /// <summary>The detector's name in words.</summary>
    public static string Detector(DetectedAnomaly anomaly) => anomaly.Detector switch
    {
        "error_share" => "Error share",
        "volume" => anomaly.Direction == AnomalyDirection.Down ? "Volume drop" : "Volume spike",
        "silence" => "Silence",
        "new_error_template" => "New error pattern",
        _ => DisplayText.Clean(anomaly.Detector),
    };

    /// <summary>The value furthest outside, with its unit.</summary>
    public static string Value(DetectedAnomaly anomaly) => anomaly.Detector switch
    {
        "error_share" => Format.Share(anomaly.Value),
        "volume" => Format.Rate(anomaly.Value) + "\u202F/s",
        "silence" => $"silent for {Seconds(anomaly.Value)}",
        _ => Format.Count(anomaly.Value) + (anomaly.Detector == "new_error_template" ? " records" : ""),
    };

    /// <summary>What was expected, with its unit; of a silence, what it is measured by.</summary>
    public static string Expected(DetectedAnomaly anomaly) => anomaly.Detector switch
    {
        "error_share" => $"expected {Band(Format.Share(anomaly.Low), Format.Share(anomaly.High))}",
        "volume" => $"expected {Band(Format.Rate(anomaly.Low), Format.Rate(anomaly.High) + "\u202F/s")}",
        "silence" => anomaly.High == 0 ? "no pause so far" : $"longest pause so far {Seconds(anomaly.High)}",
        "new_error_template" => "expected none",
        _ => $"expected {Band(Format.Count(anomaly.Low), Format.Count(anomaly.High))}",
    };

    /// <summary>A factor as a name and a number people can read.</summary>
    public static string Factor(AnomalyFactor factor) => factor.Name switch
    {
        "silent_seconds" => $"silent for {Seconds(factor.Value)}",
        "longest_pause_seconds" => factor.Value == 0 ? "no pause so far" : $"longest pause so far {Seconds(factor.Value)}",
        "seconds_since_first" => $"first seen {Seconds(factor.Value)} before",
        _ => $"{DisplayText.Clean(factor.Name).Replace('_', ' ')} {Number(factor.Value)}",
    };

    /// <summary>What a course shows.</summary>
    public static string Course(IncidentSeries series) => series.Measure switch
    {
        SeriesMeasure.ErrorShare => $"Error share of {DisplayText.Clean(series.Service)}",
        SeriesMeasure.LogRate => $"Volume of {DisplayText.Clean(series.Service)}",
        _ => $"New error pattern in {DisplayText.Clean(series.Service)}",
    };

    /// <summary>The words of a kind of timeline entry.</summary>
    public static string Happened(string kind) => kind switch
    {
        "opened" => "Opened",
        "joined" => "Joined by another series",
        "reopened" => "Opened again",
        "acknowledged" => "Acknowledged",
        "note" => "Note",
        "resolved" => "Resolved",
        _ => DisplayText.Clean(kind),
    };

    /// <summary>How a service fares, in words.</summary>
    public static string Condition(ServiceHealth service) => service.Condition switch
    {
        ServiceCondition.Ok => "ok",
        ServiceCondition.Learning => $"learning {Math.Min(service.Learned, service.LearningNeeded)} of {service.LearningNeeded}",
        ServiceCondition.Anomalous => "anomalous",
        _ => "silent",
    };

    // The last one: names and templates from the logs come before it.
    [GeneratedRegex(" (?:since [0-9]{2}:[0-9]{2}|from [0-9]{2}:[0-9]{2}:[0-9]{2} UTC to [0-9]{2}:[0-9]{2}:[0-9]{2}) UTC", RegexOptions.RightToLeft | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SinceUtc();

    // Beside a longest pause of 20 s, "2 min" would say too little.
    private static string Seconds(double seconds) => seconds < 600 ? $"{Format.Count(seconds)}\u202Fs" : Format.Duration(seconds);

    private static string Band(string low, string high) => low == high ? low : $"{low} – {high}";

    private static string Number(double value) => Math.Abs(value) switch
    {
        0 => "0",
        < 0.001 => value.ToString("0.####e0", System.Globalization.CultureInfo.InvariantCulture),
        < 10 => value.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture),
        _ => Format.Count(value),
    };
}
