using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Metrics;

public sealed class SeriesMathsTests
{
    private static readonly TimeSpan s_step = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(60, 10, 1_000, 10, 10)]
    [InlineData(60, 25, 1_000, 10, 30)] // a multiple of 10 s
    [InlineData(60, 10, 100, 10, 40)] // 3,600 s in at most 100 steps
    [InlineData(60, 300, 100, 10, 300)]
    [InlineData(60, 10, 1_000, 60, 60)] // only minutes are kept
    [InlineData(60, 90, 1_000, 60, 120)]
    public void Step_IsWidenedUntilTheRangeFits(int minutes, int wanted, int maxPoints, int grain, int expected) => Assert.Equal(
        TimeSpan.FromSeconds(expected),
        SeriesStep.For(Some.Time, Some.Time.AddMinutes(minutes), TimeSpan.FromSeconds(wanted), maxPoints, TimeSpan.FromSeconds(grain)));

    [Theory]
    [InlineData("log_count", 150)]
    [InlineData("error_count", 50)]
    [InlineData("error_rate", 1 / 3.0)]
    [InlineData("log_rate", 2.5)]
    public void Points_OfAWholeStep_AreTheMetric(string metric, double expected)
    {
        SeverityPoint[] counts = [new(Some.Time, SeverityBand.Info, 100), new(Some.Time, SeverityBand.Error, 50)];

        Assert.Equal([new SeriesPoint(Some.Time, expected)], SeriesMaths.Points(metric, counts, _ => s_step));
    }
}
