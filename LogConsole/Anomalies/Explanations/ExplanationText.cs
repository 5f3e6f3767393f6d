using System.Globalization;

namespace LogConsole.Anomalies.Explanations;

/// <summary>Texts and addresses of explanations. Pure.</summary>
internal static class ExplanationText
{
    private const int MaxCharacters = 200;

    /// <summary>The course of a service's measure, by the API.</summary>
    /// <param name="stepSeconds">Null for the step that suits the range.</param>
    public static string SeriesLink(string metric, string service, DateTimeOffset from, DateTimeOffset to, int? stepSeconds = null) =>
        $"/api/metrics/series?metric={metric}&service={Uri.EscapeDataString(service)}&from={Address(from)}&to={Address(to)}{(stepSeconds is { } step ? $"&step={step}" : "")}";

    /// <summary>"0–1.7", or "0" when both ends read alike.</summary>
    /// <param name="range">low and high.</param>
    public static string Range(Numbers range, Func<double, string> read) =>
        (read(range["low"]), read(range["high"])) is var (low, high) && low == high ? low : $"{low}–{high}";

    /// <summary>A moment in an address.</summary>
    public static string Address(DateTimeOffset moment) => moment.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>A text of the logs, cut to a length that can be read.</summary>
    public static string Quoted(string? text)
    {
        var whole = text ?? "";
        return whole.Length <= MaxCharacters ? whole : whole[..(char.IsHighSurrogate(whole[MaxCharacters - 1]) ? MaxCharacters - 1 : MaxCharacters)] + "…";
    }
}
