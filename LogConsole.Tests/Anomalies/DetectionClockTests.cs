using LogConsole.Anomalies.Detection;
using LogConsole.Metrics;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Anomalies;

public sealed class DetectionClockTests
{
    private static readonly MetricsOptions s_options = new() { AllowedLateness = TimeSpan.FromSeconds(30), LiveWithin = TimeSpan.FromMinutes(2) };
    private static readonly DateTimeOffset s_now = Some.Time.AddHours(1);

    [Fact]
    public void ClosedTo_NoSource_IsNull() => Assert.Null(DetectionClock.ClosedTo([], s_now, s_options));

    [Fact]
    public void ClosedTo_LiveSource_ItsNewestEventLessTheLateness() => Assert.Equal(Window(-40), Closed(Source(-10, -1)));

    [Fact]
    public void ClosedTo_LiveSourceGoneQuiet_OurClock() => Assert.Equal(Window(-30), Closed(Source(-60, -59)));

    [Fact]
    public void ClosedTo_ClockAhead_ClosesNothingEarly() => Assert.Equal(Window(-30), Closed(Source(100, -1)));

    [Fact]
    public void ClosedTo_SeveralLive_TheSlowestDecides_OldImportsDoNot() =>
        Assert.Equal(Window(-90), Closed(Source(-10, -1), Source(-60, -1), Source(-86_400, -1)));

    [Fact]
    public void ClosedTo_ImportUnderWay_ItsNewestEventLessTheLateness() => Assert.Equal(Window(-86_430), Closed(Source(-86_400, -1)));

    [Fact]
    public void ClosedTo_ImportAtRest_IsClosedToItsEnd() => Assert.Equal(Window(-86_400) + 1, Closed(Source(-86_400, -600)));

    [Fact]
    public void Service_FarBehindAndStillArriving_GoesByItself_ElseWithTheOthers()
    {
        var closed = Window(-30);
        Assert.Equal(Window(-7_230), DetectionClock.ClosedTo(closed, Window(-7_200), s_now.AddSeconds(-5), s_now, s_options));
        Assert.Equal(closed, DetectionClock.ClosedTo(closed, Window(-7_200), s_now.AddMinutes(-5), s_now, s_options));
        Assert.Equal(closed, DetectionClock.ClosedTo(closed, Window(-60), s_now.AddSeconds(-5), s_now, s_options));
    }

    private static long? Closed(params SourceProgress[] sources) => DetectionClock.ClosedTo(sources, s_now, s_options);

    private static long Window(int seconds) => TumblingWindow.Of(s_now.AddSeconds(seconds));

    private static SourceProgress Source(int newest, int updated) => new(s_now.AddSeconds(newest), s_now.AddSeconds(updated));
}
