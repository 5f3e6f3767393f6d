using LogConsole.Metrics;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Metrics;

public sealed class ListenedTimeTests
{
    [Fact]
    public void WholeWindows_AreThoseNearlyAllListenedTo_JoinedAndClipped()
    {
        var listened = new ListenedTime([Span(3, 42), Span(50, 59), Span(60, 80), Span(90, 200)], Some.Time.AddDays(1));

        Assert.Equal([(10, 40), (50, 80), (90, 100)], Seconds(listened.WholeWindows(Some.Time, Some.Time.AddSeconds(100), BucketWidth.Rollup)));
        Assert.Equal([(20, 40), (50, 60)], Seconds(listened.WholeWindows(Some.Time.AddSeconds(20), Some.Time.AddSeconds(60), BucketWidth.Rollup)));
        Assert.Equal([(120, 180)], Seconds(listened.WholeWindows(Some.Time, Some.Time.AddSeconds(200), BucketWidth.Thinned)));
        Assert.Empty(listened.WholeWindows(Some.Time.AddSeconds(40), Some.Time.AddSeconds(50), BucketWidth.Rollup));

        static IEnumerable<(int, int)> Seconds(IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> stretches) =>
            stretches.Select(stretch => ((int)(stretch.From - Some.Time).TotalSeconds, (int)(stretch.To - Some.Time).TotalSeconds));
    }

    [Fact]
    public void Covers_SpansOfTwoConsolesThatOverlap_AreOne()
    {
        var listened = new ListenedTime([Span(40, 90), Span(0, 50), Span(60, 70), Span(100, 120)], Some.Time.AddDays(1));

        Assert.True(listened.Covers(At(0), At(90)));
        Assert.True(listened.Covers(At(100), At(120)));
        Assert.False(listened.Covers(At(80), At(91)));
        Assert.False(listened.Covers(At(-1), At(10)));
        Assert.False(listened.Covers(At(85), At(105)));
        Assert.False(listened.Covers(At(10), At(10)));
    }

    [Theory]
    [InlineData(7, false, true)] // between two heartbeats
    [InlineData(7, true, false)] // stopped in order
    [InlineData(11, false, false)] // killed: two heartbeats are missing
    public void Covers_UpToNow_WhileTheLastHeartbeatIsFresh(int secondsSinceHeartbeat, bool ended, bool covered)
    {
        var listened = new ListenedTime([new ListeningSpan(At(0), At(30), ended)], At(30 + secondsSinceHeartbeat));

        Assert.Equal(covered, listened.Covers(At(20), At(30 + secondsSinceHeartbeat)));
        Assert.True(listened.Covers(At(20), At(30)));
    }

    private static ListeningSpan Span(int since, int until) => new(At(since), At(until), Ended: true);

    private static DateTimeOffset At(int second) => Some.Time.AddSeconds(second);
}
