using System.Globalization;
using LogConsole.Anomalies.Detectors;
using LogConsole.Metrics;

namespace LogConsole.Anomalies;

/// <summary>What and how much, in one plain sentence. Names come from the logs: hostile. Pure.</summary>
internal static class Headline
{
    /// <summary>"Error share of payment 38 % (expected 0–4 %) since 14:02 UTC"; of what is over, "from 14:02:10 UTC to 14:05:00 UTC".</summary>
    /// <param name="value">The value to tell; the anomaly's own when null.</param>
    /// <param name="template">The template's text, for a template's anomaly.</param>
    /// <param name="until">When it was over; null while it goes on.</param>
    public static string Of(string service, DetectedAnomaly anomaly, double? value = null, string? template = null, DateTimeOffset? until = null)
    {
        var told = value ?? anomaly.Value;
        var start = TumblingWindow.Start(anomaly.StartWindow);
        var since = until is { } end ? $"from {Clock(start)} to {Clock(end)}" : $"since {start.ToString("HH:mm", CultureInfo.InvariantCulture)} UTC";
        return anomaly.Detector switch
        {
            ErrorShareDetector.ErrorShare => $"Error share of {service} {Percent(told)} % (expected {Percent(anomaly.Low)}–{Percent(anomaly.High)} %) {since}",
            VolumeDetector.Volume => $"Volume of {service} {Number(told)} records/s (expected {Number(anomaly.Low)}–{Number(anomaly.High)}) {since}",
            SilenceDetector.Silence => $"{service} {(until is null ? "has sent" : "sent")} nothing {since} while others went on",
            NewErrorTemplateDetector.NewErrorTemplate when template is not null => $"New error in {service}: \"{template}\", {Number(told)} records {since}",
            NewErrorTemplateDetector.NewErrorTemplate => $"New error in {service}, {Number(told)} records {since}",
            _ => $"{anomaly.Series} of {service} {Number(told)} (expected {Number(anomaly.Low)}–{Number(anomaly.High)}) {since}",
        };
    }

    /// <summary>"14:02:10 UTC": the form in which pages find times of day and put them into the reader's zone.</summary>
    public static string Clock(DateTimeOffset moment) => moment.ToString("HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>A share as whole percent, one decimal below ten.</summary>
    public static string Percent(double share) => Number(share * 100);

    /// <summary>A number as people say it: no decimals from ten up, one below.</summary>
    public static string Number(double value) => value.ToString(Math.Abs(value) >= 10 ? "#,0" : "0.#", CultureInfo.InvariantCulture);
}
