using LogConsole.Anomalies;

namespace LogConsole.Tests.Anomalies;

/// <summary>The error share's detector on made series with known anomalies.</summary>
public sealed class ErrorShareDetectorTests
{
    private const int Hour = 360;
    private const int Day = 24 * Hour;

    [Fact]
    public void ErrorShare_AboveAFifth_AlarmsWithNormalBand_AndEndsWithHysteresis()
    {
        var series = new Windows().Feed(2 * Hour, 50, 1);
        var start = series.Next;
        series.Feed(30, 50, 20);
        var during = series.Open;
        series.Feed(30, 50, 1);

        Assert.Equal((1, 0), (during, series.Open));
        var anomaly = series.Findings[^1].Finding.Anomaly;
        Assert.Equal(("error_share", start, 0.4, 0.02, 0.02), (anomaly.Detector, anomaly.StartWindow, anomaly.Value, Math.Round(anomaly.Low, 4), Math.Round(anomaly.High, 4)));
        Assert.Contains(new AnomalyFactor("errors", 60), anomaly.Factors);
        Assert.True(series.Findings[0].Window <= start + 3);
    }

    [Theory]
    [InlineData(50, 20)]
    [InlineData(4, 2)] // judged over three minutes, which hold enough errors for long after the last one
    public void ErrorShare_IsToldToItsLastWindowOfMany_NotToTheEndOfTheStretchItIsJudgedOver(double records, double errors)
    {
        var series = new Windows().Feed(2 * Hour, records).Feed(30, records, errors).Restart();
        var last = series.Next - 1;
        series.Feed(20, records, records / 50).Restart().Feed(40, records);

        Assert.Equal((1, 0), (series.Opened.Count(), series.Open));
        Assert.Equal(last, series.Findings[^1].Finding.Anomaly.LastWindow);
        Assert.True(series.Findings[^1].Window > last + 6);
    }

    [Theory]
    [InlineData(0.3, 0.3)] // it has always been like that
    [InlineData(0.02, 0.06)] // more, but neither a fifth nor five times as much
    [InlineData(0, 0.04)] // five times nothing, but below one in twenty
    public void ErrorShare_WithinWhatIsUsualOrSmall_IsNone(double before, double after) =>
        Assert.Empty(new Windows().Feed(2 * Hour, 100, 100 * before).Feed(Hour, 100, 100 * after).Opened);

    [Fact]
    public void ErrorShare_FiveTimesTheNormal_AlarmsBelowAFifth() =>
        Assert.Equal(["error_share Up"], new Windows().Feed(2 * Hour, 100, 1).Feed(Hour, 100, 12).Opened);

    [Fact]
    public void ErrorShare_OfFewRecords_WaitsForEnough()
    {
        // One record every ten seconds, all of them errors: three minutes hold eighteen.
        Assert.Empty(new Windows().Feed(2 * Hour, 1).Feed(Hour, 1, 1).Opened);
        // Two every ten seconds: three minutes hold thirty-six.
        Assert.Equal(["error_share Up"], new Windows().Feed(2 * Hour, 2).Feed(Hour, 2, 2).Opened);
    }

    [Fact]
    public void ErrorShare_OutageBeforeItIsJudged_IsNoNorm()
    {
        var series = new Windows().Feed(12, 50, 1).Feed(9, 50, 18).Feed(45, 50, 1);
        Assert.Empty(series.Opened);

        series.Feed(24, 50, 15);

        Assert.Equal(["error_share Up"], series.Opened);
        Assert.InRange(series.Findings[^1].Finding.Anomaly.High, 0.02, 0.12); // a minute of which half was bad may count
    }

    [Fact]
    public void ErrorShare_OfAServiceThatFailsEveryThirdMinute_IsItsNorm() =>
        Assert.Empty(new Windows().Feed(2 * Hour, window => 50, window => window / 6 % 3 == 0 ? 15 : 1).Opened);

    [Fact]
    public void ErrorShare_OutageOfADay_StaysOneAnomaly()
    {
        var series = new Windows().Feed(2 * Hour, 50).Feed(Day, 50, 25);
        Assert.Equal(["error_share Up"], series.Opened);
        Assert.Equal(1, series.Open);
    }
}
