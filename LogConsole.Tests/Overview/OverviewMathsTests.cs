using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Overview;

public sealed class OverviewMathsTests
{
    private static readonly ViewSpan s_span = ViewSpan.Of(TimeRange.Last(TimeSpan.FromMinutes(15)), Some.Time, BucketWidth.Rollup);

    [Theory]
    [InlineData(20, 50)]
    [InlineData(900, 10 / 9.0)]
    [InlineData(0.2, 1_000)]
    public void Rate_IsOverTheTimeThatIsKnown(double seconds, double expected) =>
        Assert.Equal(expected, Numbers(1_000, 0, seconds, 0).EventsPerSecond.Value!.Value, 9);

    [Fact]
    public void Rate_NothingKnown_IsUnknown() => Assert.Null(Numbers(0, 0, 0, 0).EventsPerSecond.Value);

    [Theory]
    [InlineData(900, true)]
    [InlineData(811, true)]
    [InlineData(809, false)]
    [InlineData(10, false)]
    [InlineData(0, false)]
    public void Before_IsComparedOnlyWhenAlmostAllOfItIsKnown(double seconds, bool compared)
    {
        var numbers = Numbers(1_000, 500, 900, seconds);

        Assert.Equal(compared ? 500 / seconds : null, numbers.EventsPerSecond.Previous);
        Assert.Equal(compared ? 0 : null, numbers.ErrorShare.Previous);
        Assert.Equal(compared ? 0 : null, numbers.NewPatterns.Previous);
    }

    [Fact]
    public void Before_KnownAndEmpty_IsNone_AndHasNoShare()
    {
        var numbers = Numbers(1_000, 0, 900, 900);

        Assert.Equal(0, numbers.EventsPerSecond.Previous);
        Assert.Null(numbers.ErrorShare.Previous);
    }

    [Fact]
    public void OpenIncidents_AreThoseOpenAtTheEnd_ComparedWithTheBeginning()
    {
        var from = TumblingWindow.Start(s_span.From);
        var open = Numbers(1, 0, 900, 900, [
            new OpenTime(from.AddHours(-1), null), new OpenTime(from.AddHours(-1), from.AddMinutes(5)),
            new OpenTime(from.AddMinutes(10), null), new OpenTime(from.AddMinutes(11), null), new OpenTime(from.AddMinutes(1), from.AddMinutes(2))]).OpenIncidents;

        Assert.Equal((3, 2), (open.Value, open.Previous));
        Assert.Equal((2, 3, 1), (open.Spark[0], open.Spark[^1], open.Spark[open.Spark.Count / 2]));
    }

    private static OverviewNumbers Numbers(long records, long before, double knownSeconds, double knownBefore, IReadOnlyList<OpenTime>? incidents = null)
    {
        var counts = new long[SeverityBands.Count];
        counts[(int)SeverityBand.Info] = records;
        var earlier = new long[SeverityBands.Count];
        earlier[(int)SeverityBand.Info] = before;
        var start = TumblingWindow.Start(s_span.From);
        var chart = new OverviewChart(start, s_span.End, TimeSpan.FromSeconds(10), [new OverviewBucket(start, counts, false)]);
        var known = new KnownTimes(
            new KnownStretch(records, TimeSpan.FromSeconds(knownSeconds)), new KnownStretch(before, TimeSpan.FromSeconds(knownBefore)), TimeSpan.FromMinutes(15));
        return OverviewMaths.Numbers(chart, earlier, [], 0, incidents ?? [], [], s_span, known);
    }
}
