using LogConsole.Anomalies;
using LogConsole.Components.Incidents;
using LogConsole.Overview;

namespace LogConsole.Components.Charts;

/// <summary>What the browser is sent about the course of one series: always all of it, 300 points at most.</summary>
/// <param name="Label">What is shown; hostile: put on screen as text.</param>
/// <param name="Measure">share, rate or count.</param>
/// <param name="From">Milliseconds since the epoch, as all times here.</param>
/// <param name="Values">One a bucket of <paramref name="Width"/>; null where nothing is known.</param>
/// <param name="Low">The band; null without one.</param>
/// <param name="NoBand">Instead of a band: what is expected of the series, or that nothing is.</param>
/// <param name="Unheard">Starts of the buckets nobody knows anything about.</param>
internal sealed record SeriesFrame(
    string Label, string Measure, long From, long To, long Width, IReadOnlyList<double?> Values, double? Low, double? High, string NoBand,
    IReadOnlyList<long> Unheard, IReadOnlyList<ChartMark> Marks)
{
    /// <summary>The frame of a course.</summary>
    /// <param name="anomaly">Whose course it is; null when it is not known any more.</param>
    public static SeriesFrame Of(IncidentSeries series, DetectedAnomaly? anomaly, IReadOnlyList<ChartMark> marks) => new(
        IncidentText.Course(series),
        series.Measure switch { SeriesMeasure.ErrorShare => "share", SeriesMeasure.LogRate => "rate", _ => "count" },
        series.From.ToUnixTimeMilliseconds(), series.To.ToUnixTimeMilliseconds(), (long)series.Width.TotalMilliseconds, series.Values,
        series.Band?.Low, series.Band?.High, anomaly is null ? "no expected band" : $"no expected band; {IncidentText.Expected(anomaly)}",
        [.. series.Unheard.Select(start => start.ToUnixTimeMilliseconds())], marks);
}
