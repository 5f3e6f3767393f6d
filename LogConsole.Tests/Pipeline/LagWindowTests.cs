using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Pipeline;

public sealed class LagWindowTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Percentile_IsOfTheLastMinute_AndUnknownWithoutRecords()
    {
        var window = new LagWindow(_time);
        Assert.Null(window.Percentile(0.95));

        window.Add(TimeSpan.FromMilliseconds(430), 10);
        window.Add(TimeSpan.FromMilliseconds(20), 590);
        Assert.InRange(window.Percentile(0.95)!.Value.TotalMilliseconds, 20, 24);
        Assert.InRange(window.Percentile(0.99)!.Value.TotalMilliseconds, 430, 512);

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(window.Percentile(0.95));
    }
}
