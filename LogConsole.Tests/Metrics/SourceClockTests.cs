using LogConsole.Metrics;

namespace LogConsole.Tests.Metrics;

public sealed class SourceClockTests
{
    private const long Second = 1_000_000;

    private static readonly MetricsOptions s_options = new() { AllowedLateness = TimeSpan.FromSeconds(30), LiveWithin = TimeSpan.FromMinutes(2) };

    [Fact]
    public void IsLate_FirstRecord_Never() => Assert.False(SourceClock.Start.IsLate(0, 1_000_000 * Second, s_options));

    [Theory]
    [InlineData(100, 69, true)] // the window 60–70 is closed when the watermark reaches 100
    [InlineData(100, 70, false)]
    [InlineData(99, 69, false)]
    [InlineData(99, 59, true)]
    public void IsLate_OldData_OnlyTheSourcesOwnWatermarkCounts(long newest, long at, bool late)
    {
        // Arrival is years later: the source is a replay, our clock has no say.
        var clock = SourceClock.Start.Advance(newest * Second);
        Assert.Equal(late, clock.IsLate(at * Second, clock.ClosedByOurClock(800_000_000 * Second, s_options), s_options));
    }

    [Fact]
    public void IsLate_LiveSourceThatWasQuiet_OurClockClosesTheWindow()
    {
        var clock = SourceClock.Start.Advance(1_000 * Second);
        Assert.True(clock.IsLate(1_000 * Second, clock.ClosedByOurClock(1_100 * Second, s_options), s_options));
        Assert.False(clock.IsLate(1_000 * Second, clock.ClosedByOurClock(1_121 * Second, s_options), s_options));
    }

    [Fact]
    public void Advance_OlderRecord_KeepsTheNewest() => Assert.Equal(5, SourceClock.Start.Advance(5).Advance(3).MaxEventMicroseconds);
}
