using LogConsole.Components;
using LogConsole.Components.Charts;
using LogConsole.Components.Layout;
using LogConsole.Components.Overview;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Components;

public sealed class FrameTests
{
    private static readonly OverviewChart s_chart = Some.Chart(TimeSpan.FromMinutes(5));

    [Fact]
    public void ChartFrame_First_CarriesEverything()
    {
        var frame = ChartFrame.Between(null, s_chart);

        Assert.True(frame.Reset);
        Assert.Equal(s_chart.Buckets.Count, frame.Buckets.Count);
        Assert.Equal(10_000, frame.Width);
        Assert.Equal([s_chart.Buckets[0].Start.ToUnixTimeMilliseconds(), 0, .. s_chart.Buckets[0].Counts], frame.Buckets[0]);
    }

    [Fact]
    public void ChartFrame_LastBucketGrew_CarriesOnlyThatOne()
    {
        var last = s_chart.Buckets[^1];
        var grown = last with { Counts = [.. last.Counts.Select(count => count + 1)] };

        var frame = ChartFrame.Between(s_chart, s_chart with { To = s_chart.To.AddSeconds(1), Buckets = [.. s_chart.Buckets.SkipLast(1), grown] });

        Assert.False(frame.Reset);
        Assert.Equal([grown.Start.ToUnixTimeMilliseconds(), 1, .. grown.Counts], Assert.Single(frame.Buckets));
    }

    [Fact]
    public void ChartFrame_TimeMovedOn_OldBucketsNeedNoWords()
    {
        var next = s_chart with { From = s_chart.From.AddSeconds(10), Buckets = [.. s_chart.Buckets.Skip(1)] };

        var frame = ChartFrame.Between(s_chart, next);

        Assert.False(frame.Reset);
        Assert.Empty(frame.Buckets);
        Assert.Equal(next.From.ToUnixTimeMilliseconds(), frame.From);
    }

    [Fact]
    public void ChartFrame_WidthChangedOrBucketVanished_StartsOver()
    {
        Assert.True(ChartFrame.Between(s_chart, Some.Chart(TimeSpan.FromMinutes(60))).Reset);
        Assert.True(ChartFrame.Between(s_chart, s_chart with { Buckets = [.. s_chart.Buckets.Where((_, i) => i != 5)] }).Reset);
    }

    [Fact]
    public void LinesFrame_NewOnTop_CarriesOnlyThose()
    {
        var frame = LinesFrame.Between(Lines(3, 2, 1), Lines(5, 4, 3, 2, 1), live: true);

        Assert.False(frame.Reset);
        Assert.Equal([5, 4], IdsOf(frame));
    }

    [Fact]
    public void LinesFrame_LineAppearedInBetween_StartsOver()
    {
        var frame = LinesFrame.Between(Lines(5, 3, 1), Lines(6, 5, 4, 3, 1), live: true);

        Assert.True(frame.Reset);
        Assert.Equal([6, 5, 4, 3, 1], IdsOf(frame));
    }

    [Fact]
    public void LinesFrame_LinesWent_StartsOver() => Assert.True(LinesFrame.Between(Lines(3, 2, 1), Lines(3), live: true).Reset);

    [Fact]
    public void LinesFrame_Full_OldOnesFallOffByThemselves()
    {
        var shown = Lines([.. Enumerable.Range(1, 50).Reverse().Select(i => (long)i)]);
        var next = Lines([.. Enumerable.Range(3, 50).Reverse().Select(i => (long)i)]);

        var frame = LinesFrame.Between(shown, next, live: true);

        Assert.False(frame.Reset);
        Assert.Equal([52, 51], IdsOf(frame));
    }

    [Theory]
    [InlineData(9_870, 500, true, "showing 500 of 9_870/s")]
    [InlineData(3, 3, true, "3/s, all shown")]
    [InlineData(0, 0, false, "all of this range")]
    public void LinesFrame_Note_NeverClaimsMoreThanIsShown(double matching, double shown, bool live, string expected) =>
        Assert.Equal(expected.Replace('_', '\u202F'), LinesFrame.Between(null, new OverviewLines([], matching, shown), live).Note);

    [Fact]
    public void LineRow_Of_CleansTextAndNamesOddities()
    {
        var line = Some.Line(1, "\u001b[31mred\u001b[0m", 17) with { BodyCut = true, Flags = LogRecordFlags.Late | LogRecordFlags.ZoneAssumed };

        var row = LineRow.Of(line);

        Assert.Equal(("red", "error", "late · zone assumed · only the beginning is shown"), (row.M, row.B, row.F));
    }

    [Fact]
    public void Honesty_ColoursByTheWorstFigure()
    {
        Assert.Equal(StatusLevel.Calm, HonestyFigure.WorstOf(Some.Status()));
        Assert.Equal(StatusLevel.Warn, HonestyFigure.WorstOf(Some.Status() with { DeadLetters = 1 }));
        Assert.Equal(StatusLevel.Warn, HonestyFigure.WorstOf(Some.Status() with { LagSeconds = 6 }));
        Assert.Equal(StatusLevel.Bad, HonestyFigure.WorstOf(Some.Status() with { LagSeconds = 31 }));
        Assert.Equal(StatusLevel.Bad, HonestyFigure.WorstOf(Some.Status() with { Dropped = 1, Late = 3 }));
        Assert.Equal(StatusLevel.Bad, HonestyFigure.WorstOf(Some.Status() with { Database = Some.Away }));
        Assert.Equal("", HonestyFigure.Announcement(Some.Status()));
        Assert.Equal("Needs a look: late, dead letter.", HonestyFigure.Announcement(Some.Status() with { Late = 2, DeadLetters = 1 }));
    }

    private static IEnumerable<long> IdsOf(LinesFrame frame) =>
        frame.Added.Select(row => LogCursor.TryParse(row.Id, out var place) ? place.Id : throw new FormatException(row.Id));

    private static OverviewLines Lines(params long[] ids) => new([.. ids.Select(id => Some.Line(id))], 1, 1);
}
