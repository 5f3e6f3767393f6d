using System.Text.RegularExpressions;
using LogConsole.Anomalies;
using LogConsole.Anomalies.Incidents;
using LogConsole.Overview;

namespace LogConsole.Components.Incidents;

/// <summary>How incidents, anomalies and conditions read. What comes from the logs is made safe to look at.</summary>
internal static partial class IncidentText
{
    private const int MaxTitle = 300;

    // Factors told in sentences of their own; each detector that has one of them has records too.
    private static readonly string[] s_told = ["records", "errors", "expected", "seconds", "seconds_since_first", "threshold"];

    /// <summary>The state's word.</summary>
    public static string Word(IncidentState state) => state switch
    {
        IncidentState.Open => "open",
        IncidentState.Acknowledged => "acknowledged",
        _ => "resolved",
    };

    /// <summary>What and how much. Since when stands beside it, in the reader's own zone.</summary>
    /// <param name="zone">The reader's, to tell as of when the numbers of what goes on are; null where there is no room for that.</param>
    public static string Title(Incident incident, TimeZoneInfo? zone = null)
    {
        var title = SinceUtc().Replace(incident.Title, match => zone is null ? "" : match.Groups["asof"].Value, 1);
        return DisplayText.Cut(zone is null ? DisplayText.Clean(title) : LocalClock.In(DisplayText.Clean(title), incident.LastAt, zone), MaxTitle);
    }

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

    /// <summary>The value furthest outside, with its unit; it says so where an average of the same is told elsewhere.</summary>
    public static string Value(DetectedAnomaly anomaly) => anomaly.Detector switch
    {
        "error_share" => $"{Format.Share(anomaly.Value)} at its worst",
        "volume" => $"{Format.Rate(anomaly.Value)}\u202F/s at its worst",
        "silence" => $"silent for {Seconds(anomaly.Value)}",
        _ => Format.Count(anomaly.Value) + (anomaly.Detector == "new_error_template" ? " records" : ""),
    };

    /// <summary>What the detector expected then, with its unit; of a silence, what it is measured by.</summary>
    public static string Expected(DetectedAnomaly anomaly) => anomaly.Detector switch
    {
        "error_share" => $"detector's band {Band(Format.Share(anomaly.Low), Format.Share(anomaly.High))}",
        "volume" => $"detector's band {Band(Format.Rate(anomaly.Low), Format.Rate(anomaly.High) + "\u202F/s")}",
        "silence" => anomaly.High == 0 ? "no pause so far" : $"longest pause so far {Seconds(anomaly.High)}",
        "new_error_template" => "expected none",
        _ => $"detector's band {Band(Format.Count(anomaly.Low), Format.Count(anomaly.High))}",
    };

    /// <summary>What the value furthest outside was made of, in words.</summary>
    public static IEnumerable<string> Factors(DetectedAnomaly anomaly)
    {
        var known = anomaly.Factors.DistinctBy(factor => factor.Name, StringComparer.Ordinal).ToDictionary(factor => factor.Name, factor => factor.Value, StringComparer.Ordinal);
        var worst = known.TryGetValue("seconds", out var seconds) ? $" in its worst {Seconds(seconds)}" : "";
        if (known.TryGetValue("records", out var records))
        {
            yield return known.TryGetValue("errors", out var errors) ? $"{Format.Count(errors)} of {Format.Count(records)} records were errors{worst}"
                : known.TryGetValue("expected", out var expected) ? $"{Format.Count(records)} records{worst}, {Format.Count(expected)} expected"
                : known.TryGetValue("seconds_since_first", out var since) ? $"{Format.Count(records)} records in the {Seconds(since + Metrics.TumblingWindow.Seconds)} since it first came"
                : $"{Format.Count(records)} records{worst}";
        }

        if (known.TryGetValue("threshold", out var threshold))
        {
            yield return $"judged by {Format.Share(threshold)}";
        }

        foreach (var (name, value) in known.Where(factor => !s_told.Contains(factor.Key)))
        {
            yield return Factor(name, value);
        }
    }

    private static string Factor(string name, double value) => name switch
    {
        "silent_seconds" => $"silent for {Seconds(value)}",
        "longest_pause_seconds" => value == 0 ? "no pause so far" : $"longest pause so far {Seconds(value)}",
        _ => $"{DisplayText.Clean(name).Replace('_', ' ')} {Number(value)}",
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
    [GeneratedRegex(" (?:since [0-9]{2}:[0-9]{2}(?::[0-9]{2})? UTC(?<asof>, as of [0-9]{2}:[0-9]{2}:[0-9]{2} UTC)?|from [0-9]{2}:[0-9]{2}:[0-9]{2} UTC to [0-9]{2}:[0-9]{2}:[0-9]{2} UTC)", RegexOptions.RightToLeft | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
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
