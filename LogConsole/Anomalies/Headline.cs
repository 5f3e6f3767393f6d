using System.Globalization;
using LogConsole.Anomalies.Detectors;
using LogConsole.Metrics;

namespace LogConsole.Anomalies;

/// <summary>What an explanation has counted of a series.</summary>
/// <param name="Value">Of its whole stretch: a share 0–1, records a second, records of a template.</param>
/// <param name="Until">End of the last window counted.</param>
/// <param name="IsOver">False while it goes on.</param>
/// <param name="Usual">What the time before held, in words; null when too little is known.</param>
/// <param name="Template">The template's text, for a template's anomaly.</param>
internal sealed record ToldSeries(double Value, DateTimeOffset Until, bool IsOver, string? Usual = null, string? Template = null);

/// <summary>What and how much, in one plain sentence. Names come from the logs: hostile. Pure.</summary>
internal static class Headline
{
    /// <summary>As the detector has it: "Error share of payment 38 % at its worst (detector's band 0–4 %) since 14:02:10 UTC".</summary>
    public static string Of(string service, DetectedAnomaly anomaly)
    {
        var since = $"since {Clock(TumblingWindow.Start(anomaly.StartWindow))}";
        return anomaly.Detector switch
        {
            ErrorShareDetector.ErrorShare => $"Error share of {service} {Percent(anomaly.Value)} % at its worst (detector's band {Percent(anomaly.Low)}–{Percent(anomaly.High)} %) {since}",
            VolumeDetector.Volume => $"Volume of {service} {Number(anomaly.Value)} records/s at its worst (detector's band {Number(anomaly.Low)}–{Number(anomaly.High)}) {since}",
            SilenceDetector.Silence => $"{service} has sent nothing {since} while others went on",
            NewErrorTemplateDetector.NewErrorTemplate => $"New error in {service}, {Number(anomaly.Value)} records {since}",
            _ => $"{anomaly.Series} of {service} {Number(anomaly.Value)} at its worst (detector's band {Number(anomaly.Low)}–{Number(anomaly.High)}) {since}",
        };
    }

    /// <summary>
    /// As it was counted: "Error share of payment 36 % on average (0–1.7 % in the 24 calm minutes before) since 14:02:10 UTC, as of 14:04:00 UTC";
    /// of what is over, "from 14:02:10 UTC to 14:05:00 UTC".
    /// </summary>
    public static string Of(string service, DetectedAnomaly anomaly, ToldSeries told)
    {
        var start = Clock(TumblingWindow.Start(anomaly.StartWindow));
        var when = told.IsOver ? $"from {start} to {Clock(told.Until)}" : $"since {start}, as of {Clock(told.Until)}";
        var usual = told.Usual is null ? "" : $" ({told.Usual})";
        return anomaly.Detector switch
        {
            ErrorShareDetector.ErrorShare => $"Error share of {service} {Percent(told.Value)} % on average{usual} {when}",
            SilenceDetector.Silence => $"{service} {(told.IsOver ? "sent" : "has sent")} nothing {when} while others went on",
            NewErrorTemplateDetector.NewErrorTemplate when told.Template is { } template => $"New error in {service}: \"{template}\", {Number(told.Value)} records {when}",
            NewErrorTemplateDetector.NewErrorTemplate => $"New error in {service}, {Number(told.Value)} records {when}",
            _ => $"Volume of {service} {Number(told.Value)} records/s on average{usual} {when}",
        };
    }

    /// <summary>"14:02:10 UTC": the form in which pages find times of day and put them into the reader's zone.</summary>
    public static string Clock(DateTimeOffset moment) => moment.ToString("HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>A share as whole percent, one decimal below ten.</summary>
    public static string Percent(double share) => Number(share * 100);

    /// <summary>A number as people say it: no decimals from ten up, one below.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) >= 10 ? "#,0" : "0.#", CultureInfo.InvariantCulture);
}
