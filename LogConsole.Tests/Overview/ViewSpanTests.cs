using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Overview;

public sealed class ViewSpanTests
{
    [Theory]
    [InlineData(5, 0, 30, 1)]
    [InlineData(5, 4, 30, 1)]
    [InlineData(15, 9.9, 90, 1)]
    [InlineData(60, 15, 180, 2)]
    public void Of_LiveRange_HasItsBucketsAndTheRunningOneIsTheLast(int minutes, double secondsIntoWindow, int buckets, int width)
    {
        var now = Some.Time.AddSeconds(secondsIntoWindow);
        var span = ViewSpan.Of(TimeRange.Last(TimeSpan.FromMinutes(minutes)), now, BucketWidth.Rollup);

        Assert.Equal((width, buckets), (span.Width, (int)((span.To - span.From) / span.Width)));
        Assert.Equal(0, span.From % span.Width);
        Assert.InRange(now, TumblingWindow.Start(span.To - span.Width).AddTicks(-1), TumblingWindow.Start(span.To));
        Assert.Equal(span.To - span.From, span.From - span.Previous);
        Assert.Equal(now, span.End);
    }

    [Fact]
    public void Of_FixedRange_CoversEveryMomentOfIt()
    {
        var from = Some.Time.AddSeconds(3);
        var to = Some.Time.AddMinutes(7).AddSeconds(1);
        var span = ViewSpan.Of(TimeRange.Between(from, to), Some.Time.AddDays(1), BucketWidth.Rollup);

        Assert.True(TumblingWindow.Start(span.From) <= from);
        Assert.True(TumblingWindow.Start(span.To) >= to);
        Assert.True(TumblingWindow.Start(span.To - span.Width) < to);
        Assert.Equal(to, span.End);
    }

    [Fact]
    public void Of_RangeOfWhichOnlyMinutesAreKept_HasBucketsOfMinutes()
    {
        var span = ViewSpan.Of(TimeRange.Between(Some.Time.AddSeconds(30), Some.Time.AddSeconds(330)), Some.Time.AddDays(1), BucketWidth.Thinned);

        Assert.Equal((6, 36, 0), (span.Width, span.To - span.From, span.From % 6));
    }

    [Fact]
    public void Of_FixedRangeBefore1970_Works()
    {
        var from = DateTimeOffset.UnixEpoch.AddDays(-1).AddSeconds(-5);
        var span = ViewSpan.Of(TimeRange.Between(from, from.AddMinutes(1)), Some.Time, BucketWidth.Rollup);
        Assert.True(TumblingWindow.Start(span.From) <= from);
        Assert.True(TumblingWindow.Start(span.To) >= from.AddMinutes(1));
    }
}
