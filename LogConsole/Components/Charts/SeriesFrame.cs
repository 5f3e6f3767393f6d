using LogConsole.Components.Incidents;
using LogConsole.Overview;

namespace LogConsole.Components.Charts;

/// <summary>What the browser is sent about the course of one series: always all of it, 300 points at most.</summary>
/// <param name="Label">What is shown; hostile: put on screen as text.</param>
/// <param name="Measure">share, rate or count.</param>
/// <param name="From">Milliseconds since the epoch, as all times here.</param>
/// <param name="Values">One a bucket of <paramref name="Width"/>; null where nothing is known.</param>
/// <param name="Low">The band; null without one.</param>
internal sealed record SeriesFrame(
    string Label, string Measure, long From, long To, long Width, IReadOnlyList<double?> Values, double? Low, double? High, IReadOnlyList<ChartMark> Marks)
{
    /// <summary>The frame of a course.</summary>
    public static SeriesFrame Of(IncidentSeries series, IReadOnlyList<ChartMark> marks) => new(
        IncidentText.Course(series),
        series.Measure switch { SeriesMeasure.ErrorShare => "share", SeriesMeasure.LogRate => "rate", _ => "count" },
        series.From.ToUnixTimeMilliseconds(), series.To.ToUnixTimeMilliseconds(), (long)series.Width.TotalMilliseconds, series.Values,
        series.Band?.Low, series.Band?.High, marks);
}
