using LogConsole.Pipeline;

namespace LogConsole.Tests.Pipeline;

public sealed class LaneSplitTests
{
    [Fact]
    public void Of_EveryRecordOnce_AServiceInOneLane_InOrder()
    {
        var random = new Random(1);
        var services = Enumerable.Range(0, 5_000).Select(_ => random.Next(-20, 60)).ToArray();
        var split = LaneSplit.Of(services, 3);

        var lanes = Enumerable.Range(0, 3).Select(lane => split[lane].ToArray()).ToList();
        Assert.Equal(Enumerable.Range(0, 5_000), lanes.SelectMany(lane => lane).Order());
        Assert.All(lanes, lane => Assert.Equal(lane.Order(), lane));
        Assert.All(lanes, lane => Assert.NotEmpty(lane));
        Assert.Equal(services.Distinct().Count(), lanes.Sum(lane => lane.Select(i => services[i]).Distinct().Count()));
    }
}
