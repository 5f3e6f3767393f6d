using LogConsole.Overview;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Overview;

public sealed class RateMeterTests
{
    private readonly FakeTimeProvider _time = new(Some.Time.AddMilliseconds(900));
    private readonly RateMeter _meter;

    public RateMeterTests() => _meter = new RateMeter(_time);

    [Theory]
    [InlineData(1, 60)]
    [InlineData(2.5, 60)]
    [InlineData(9.9, 60)]
    [InlineData(10, 60)]
    [InlineData(10.9, 60)]
    [InlineData(11.1, 60)]
    [InlineData(40, 60)]
    public void SteadyStream_OfAnyAge_HasItsRate(double seconds, double expected)
    {
        for (var tenth = 0; tenth < seconds * 10; tenth++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            _meter.Add(6);
        }

        Assert.Equal(expected, _meter.PerSecond(), 0.7);
    }

    [Fact]
    public void FirstSecond_CountsAsAWholeOne()
    {
        _meter.Add(50);
        _time.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal(50, _meter.PerSecond());
    }

    [Fact]
    public void NothingForTenSeconds_IsNothing()
    {
        _meter.Add(1_000);
        _time.Advance(TimeSpan.FromSeconds(12));

        Assert.Equal(0, _meter.PerSecond());
    }
}
