using LogConsole.Logs;
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

    private static (DateTimeOffset, TimeSpan, long) Window(int start, int width, long count) => (Some.Time.AddSeconds(start), TimeSpan.FromSeconds(width), count);

    private static SearchRange Range(int from, int to) => new(Some.Time.AddSeconds(from), Some.Time.AddSeconds(to));
}
