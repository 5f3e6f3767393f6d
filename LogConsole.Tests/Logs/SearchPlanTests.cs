using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Logs;

public sealed class SearchPlanTests
{
    [Fact]
    public void Take_NeighboursAreJoined_GapsSkipped_UntilEnoughCandidates()
    {
        var windows = new[] { Window(50, 10, 5), Window(40, 10, 5), Window(10, 10, 5), Window(0, 10, 5) };
        var next = 0;

        Assert.Equal([Range(40, 60), Range(10, 20)], SearchPlan.Take(windows, ref next, 11));
        Assert.Equal([Range(0, 10)], SearchPlan.Take(windows, ref next, 11));
        Assert.Equal(4, next);
    }

    [Fact]
    public void Take_CoarseWindowOverFineOnes_CoversAllOfIt()
    {
        var windows = new[] { Window(0, 60, 5), Window(50, 10, 1), Window(20, 10, 1) };
        var next = 0;

        Assert.Equal([Range(0, 60)], SearchPlan.Take(windows, ref next, 100));
    }

    [Fact]
    public void Join_OverlappingAndTouching_BecomeOne_NewestFirst() =>
        Assert.Equal([Range(40, 60), Range(0, 25)], SearchPlan.Join([Range(0, 10), Range(50, 60), Range(5, 25), Range(40, 50), Range(7, 8)]));

    [Fact]
    public void Common_IsWhatBothHold()
    {
        SearchRange[] windows = [Range(50, 70), Range(20, 40), Range(0, 10)];

        Assert.Equal([Range(60, 65), Range(50, 52), Range(30, 40), Range(20, 25), Range(3, 4)], SearchPlan.Common(windows, [Range(60, 65), Range(30, 52), Range(15, 25), Range(3, 4)]));
        Assert.Empty(SearchPlan.Common(windows, [Range(40, 50), Range(10, 20)]));
        Assert.Empty(SearchPlan.Common(windows, []));
    }

    [Fact]
    public void Within_KeepsWindowsThatMeetARange()
    {
        var windows = new[] { Window(50, 10, 1), Window(0, 60, 2), Window(40, 10, 3), Window(20, 10, 4), Window(0, 10, 5) };

        Assert.Equal([Window(0, 60, 2), Window(40, 10, 3), Window(0, 10, 5)], SearchPlan.Within(windows, [Range(49, 50), Range(30, 31), Range(5, 6)]));
        Assert.Empty(SearchPlan.Within(windows[3..], [Range(10, 20)]));
    }

    private static RollupWindow Window(int start, int width, long count) => new(Some.Time.AddSeconds(start), TimeSpan.FromSeconds(width), count);

    private static SearchRange Range(int from, int to) => new(Some.Time.AddSeconds(from), Some.Time.AddSeconds(to));
}
