using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Overview;

public sealed class CountsByWindowTests
{
    private static readonly long s_start = TumblingWindow.Of(Some.Time);

    [Fact]
    public void Buckets_SumTheirWindows_AndTheLastIsProvisional()
    {
        var counts = new CountsByWindow();
        counts.Reset([Point(0, SeverityBand.Info, 3), Point(1, SeverityBand.Info, 4), Point(1, SeverityBand.Error, 1), Point(2, SeverityBand.Warn, 5)]);

        var buckets = counts.Buckets(s_start, s_start + 4, 2, Listened(0, 40), Some.Time.AddSeconds(25));

        Assert.Equal([8, 5], buckets.Select(bucket => bucket.Counts.Sum()));
        Assert.Equal((7, 1), (buckets[0].Counts[(int)SeverityBand.Info], buckets[0].Counts[(int)SeverityBand.Error]));
        Assert.Equal([false, true], buckets.Select(bucket => bucket.Provisional));
    }

    [Fact]
    public void Buckets_EmptyOnes_AreZeroOnlyWhereSomebodyListenedAllThroughThem()
    {
        var counts = new CountsByWindow();
        counts.Reset([Point(1, SeverityBand.Info, 1)]);

        var buckets = counts.Buckets(s_start, s_start + 6, 1, Listened(21, 50), Some.Time.AddDays(1));

        Assert.Equal([1L, 3L, 4L], buckets.Select(bucket => TumblingWindow.Of(bucket.Start) - s_start));
    }

    [Fact]
    public void Buckets_TheRunningOne_IsZeroWhenSomebodyListenedUpToNow_AndThoseToComeAreUnknown()
    {
        var buckets = new CountsByWindow().Buckets(s_start, s_start + 4, 1, Listened(0, 14), Some.Time.AddSeconds(14));

        Assert.Equal([(0L, false), (1L, true)], buckets.Select(bucket => (TumblingWindow.Of(bucket.Start) - s_start, bucket.Provisional)));
    }

    [Fact]
    public void Replace_WindowsReadAgain_TakeTheNewValueAndForgetTheOld()
    {
        var counts = new CountsByWindow();
        counts.Reset([Point(0, SeverityBand.Info, 3), Point(1, SeverityBand.Info, 4)]);
        counts.Replace([s_start, s_start + 1], [Point(1, SeverityBand.Error, 9)]);

        Assert.Equal(9, counts.Sum(s_start, s_start + 2).Sum());
        counts.Trim(s_start + 2);
        Assert.Equal(0, counts.Sum(s_start, s_start + 2).Sum());
    }

    [Fact]
    public void Known_IsWhatWasListenedToAllThrough_AndWindowsHandedInLater()
    {
        var counts = new CountsByWindow();
        counts.Reset([Point(0, SeverityBand.Info, 10), Point(2, SeverityBand.Info, 900), Point(3, SeverityBand.Info, 20), Point(4, SeverityBand.Info, 3)]);

        // Listened from 27 to 44, asked at 42: window 0 whole, window 1 unknown, window 2 in part and so left out, window 3, 2 s of window 4.
        Assert.Equal(new KnownStretch(33, TimeSpan.FromSeconds(22)), counts.Known(s_start, s_start + 6, 1, Listened(27, 44), Some.Time.AddSeconds(42)));
    }

    [Fact]
    public void Known_AWindowWithAShortBreak_CountsWhole()
    {
        var counts = new CountsByWindow();
        counts.Reset([Point(0, SeverityBand.Info, 10), Point(1, SeverityBand.Info, 400)]);

        Assert.Equal(new KnownStretch(410, TimeSpan.FromSeconds(20)), counts.Known(s_start, s_start + 2, 1, Listened(0, 19), Some.Time.AddSeconds(60)));
    }

    [Fact]
    public void Known_OnlyInPart_IsTheRateOfThatPart()
    {
        var counts = new CountsByWindow();
        counts.Reset([Point(2, SeverityBand.Info, 9)]);

        Assert.Equal(new KnownStretch(9, TimeSpan.FromSeconds(3)), counts.Known(s_start, s_start + 6, 1, Listened(27, 30), Some.Time.AddSeconds(60)));
    }

    [Fact]
    public void Known_InWideCellsInPart_OneWithRecordsCountsWhole()
    {
        var counts = new CountsByWindow();
        counts.Reset([Point(0, SeverityBand.Info, 1)]);

        Assert.Equal(new KnownStretch(1, TimeSpan.FromSeconds(65)), counts.Known(s_start, s_start + 18, 6, Listened(55, 65), Some.Time.AddHours(1)));
    }

    private static ListenedTime Listened(int fromSecond, int toSecond) =>
        new([new ListeningSpan(Some.Time.AddSeconds(fromSecond), Some.Time.AddSeconds(toSecond), Ended: true)], Some.Time.AddDays(1));

    private static SeverityPoint Point(int window, SeverityBand band, long count) => new(TumblingWindow.Start(s_start + window), band, count);
}
