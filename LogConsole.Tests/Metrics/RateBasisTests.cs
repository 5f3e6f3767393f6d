using LogConsole.Metrics;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Metrics;

public sealed class RateBasisTests
{
    [Fact]
    public void Of_PartlyListenedWindowsAreLeftOut_WhenThereAreWholeOnes()
    {
        var basis = Of((0, 12), (18, 45));

        Assert.Equal([0, 20, 30], Starts(basis));
        Assert.Equal((30, true), (basis.Time.TotalSeconds, basis.IsListened));
        Assert.Equal(100, basis.Rate(3_000));
    }

    [Fact]
    public void Of_AWindowWithAShortBreak_Counts() => Assert.Equal([0, 10, 20], Starts(Of((0, 14), (15, 30))));

    [Fact]
    public void Of_NoWholeWindow_IsThePartsThatWereListenedTo()
    {
        var basis = Of((5, 12));

        Assert.Equal((6, 7.0, true), (basis.Windows.Count, basis.Time.TotalSeconds, basis.IsListened));
        Assert.Equal(0, basis.Rate(0));
    }

    [Fact]
    public void Of_NobodyListened_OnlyWhatWasHandedInLaterTellsAnything()
    {
        var basis = Of();

        Assert.Equal(2, basis.Rate(120));
        Assert.Null(basis.Rate(0));
    }

    private static RateBasis Of(params (int Since, int Until)[] spans) => RateBasis.Of(
        new ListenedTime(spans.Select(span => new ListeningSpan(Some.Time.AddSeconds(span.Since), Some.Time.AddSeconds(span.Until), Ended: true)), Some.Time.AddDays(1)),
        Some.Time, Some.Time.AddSeconds(60));

    private static IEnumerable<int> Starts(RateBasis basis) => basis.Windows.Select(start => (int)(start - Some.Time).TotalSeconds).Order();
}
