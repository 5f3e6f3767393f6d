using LogConsole.Anomalies;
using LogConsole.Anomalies.Detectors;
using LogConsole.Metrics;

namespace LogConsole.Tests.Anomalies;

/// <summary>The detectors on made series with known anomalies.</summary>
public sealed class DetectorTests
{
    private const int Hour = 360;
    private const int Day = 24 * Hour;

    [Fact]
    public void Midnight_IsWhatItSays() => Assert.Equal(new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero), TumblingWindow.Start(Windows.Midnight));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(5_000)]
    public void Constant_NeverAlarms(double records) => Assert.Empty(new Windows().Feed(Day, records, Math.Floor(records * 0.1)).Findings);

    [Theory]
    [InlineData(1, 0.05)]
    [InlineData(2, 0.5)]
    [InlineData(3, 5)]
    [InlineData(4, 60)]
    [InlineData(5, 2_000)]
    public void DayRhythmWithNoise_ThreeDays_NeverAlarms(int seed, double mean)
    {
        var noisy = Windows.Noisy(seed, window => Windows.Rhythm(window, mean));
        var errors = Windows.Noisy(seed + 100, window => Windows.Rhythm(window, mean) * 0.01);
        Assert.Empty(new Windows().Feed(3 * Day, noisy, errors).Opened);
    }

    [Fact]
    public void BatchJobEveryFiveMinutes_IsLearned()
    {
        var series = new Windows();
        series.Feed(6 * Hour, window => window % 30 < 6 ? 100 : 10);
        var learned = series.Findings.Count(item => item.Finding.Kind == FindingKind.Opened);
        series.Feed(12 * Hour, window => window % 30 < 6 ? 100 : 10);
        Assert.Equal(learned, series.Findings.Count(item => item.Finding.Kind == FindingKind.Opened));
    }

    [Fact]
    public void TheSameTimeYesterday_IsExpectedToday()
    {
        // At 03:00 a job triples the volume for half an hour.
        var series = new Windows();
        double Volume(long window) => (window - Windows.Midnight) % Day is >= 3 * Hour and < (3 * Hour) + 180 ? 90 : 30;
        series.Feed(4 * Day, Volume);
        Assert.Equal(["volume Up"], series.Opened.Take(1));
        var after = series.Findings.Count(item => item.Finding.Kind == FindingKind.Opened);
        series.Feed(2 * Day, Volume);
        Assert.Equal(after, series.Findings.Count(item => item.Finding.Kind == FindingKind.Opened));
    }

    [Fact]
    public void Spike_AlarmsInItsThirdWindow_WithBandAndStart_AndRecovers()
    {
        var series = new Windows().Feed(2 * Hour, 50);
        var start = series.Next;
        series.Feed(30, 200).Feed(30, 50);

        Assert.Equal(["volume Up"], series.Opened);
        Assert.Equal(0, series.Open);
        var (found, finding) = series.Findings[0];
        Assert.Equal((start, start + 2), (finding.Anomaly.StartWindow, found));
        var worst = series.Findings[^1].Finding.Anomaly;
        Assert.Equal((20, true, true), (worst.Value, worst.High is > 5 and < 11, worst.Score > 90));
        Assert.Equal(start + 29, worst.LastWindow); // the 20 s that end a window later still hold half of it
    }

    [Fact]
    public void Drop_Alarms_WithoutBeingSilence()
    {
        var series = new Windows().Feed(2 * Hour, 50).Feed(30, 12).Feed(30, 50);
        Assert.Equal(["volume Down"], series.Opened);
        Assert.Equal(0, series.Open);
    }

    [Theory]
    [InlineData(25)]
    [InlineData(12)]
    public void ConstantSeries_MovesWithinWhatCountingAloneAllows_IsNone(double records) =>
        Assert.Empty(new Windows().Feed(2 * Hour, 15).Feed(30, records).Feed(30, 15).Opened);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Drop_ToATrickle_JustLearned_OfANoisyService_AlarmsOnceForAsLongAsItLasts(int seed)
    {
        // Minutes that vary by a fifth leave no lower border over 20 s; of the trickle, two windows in three are empty.
        var random = new Random(seed);
        var noisy = Windows.Noisy(seed, _ => 20 * (0.6 + (0.8 * random.NextDouble())));
        var series = new Windows().Feed(62, noisy);
        var start = series.Next;
        series.Feed(30, window => window % 3 == 0 ? 1 : 0);
        var during = series.Open;
        series.Feed(60, noisy);

        Assert.Equal(["volume Down"], series.Opened);
        Assert.Equal((1, 0), (during, series.Open));
        Assert.InRange(series.Findings[0].Window - start, 2, 18);
        Assert.InRange(series.Findings[^1].Finding.Anomaly.LastWindow - start, 28, 42);
    }

    [Fact]
    public void Drop_WithinTheWarmUp_IsNotLearnedAsTheNorm()
    {
        var series = new Windows().Feed(50, 50).Feed(40, 12);
        Assert.Equal(["volume Down"], series.Opened);
        Assert.Equal(1, series.Open);
    }

    [Fact]
    public void Drop_OfSeventyPercent_OfANoisyService_AlarmsWithinAFewMinutes()
    {
        var noisy = Windows.Noisy(11, window => window % 3 == 0 ? 60 : 15);
        var series = new Windows().Feed(2 * Hour, noisy);
        var start = series.Next;
        series.Feed(30, window => noisy(window) * 0.3).Feed(60, noisy);
        Assert.Equal(["volume Down"], series.Opened);
        Assert.InRange(series.Findings[0].Window - start, 2, 22);
        Assert.Contains(series.Findings[0].Finding.Anomaly.Factors, factor => factor.Name == "seconds" && factor.Value is 20 or 60 or 180);
    }

    [Fact]
    public void Silence_IsNoDropAsWell_NeitherWhenItBeginsNorWhenItEnds() =>
        Assert.Equal(["silence Gone"], new Windows().Feed(2 * Hour, 50).Feed(30, 0).Feed(Hour, 50).Opened);

    [Fact]
    public void OneOddWindow_IsNoAnomaly() => Assert.Empty(new Windows().Feed(2 * Hour, 50).Feed(1, 5_000).Feed(Hour, 50).Opened);

    [Fact]
    public void LevelShift_AlarmsOnce_AndBecomesTheNorm()
    {
        var series = new Windows().Feed(2 * Hour, 50).Feed(6 * Hour, 150);
        Assert.Equal(["volume Up"], series.Opened.Distinct());
        Assert.Equal(0, series.Open);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public void Spike_OfAScaledSeries_IsTheSame(double scale)
    {
        var series = new Windows().Feed(2 * Hour, 100 * scale).Feed(10, 400 * scale);
        Assert.Equal(["volume Up"], series.Opened);
    }

    [Fact]
    public void Drop_IsToldToItsLastLowWindow()
    {
        var series = new Windows().Feed(2 * Hour, 50).Feed(30, 12);
        var last = series.Next - 1;
        series.Feed(30, 50);
        Assert.Equal(last, series.Findings[^1].Finding.Anomaly.LastWindow);
    }

    [Fact]
    public void Silence_OfARegularService_AlarmsAfterThreeWindows_AndEndsWithTheFirstRecord()
    {
        var series = new Windows().Feed(2 * Hour, 20);
        var start = series.Next;
        series.Feed(60, 0);
        Assert.Equal(["silence Gone"], series.Opened);
        Assert.Equal((start, start + 2), (series.Findings[0].Finding.Anomaly.StartWindow, series.Findings[0].Window));
        Assert.True(series.Detectors.IsSilent);
        series.Feed(1, 20);
        Assert.False(series.Detectors.IsSilent);
    }

    [Fact]
    public void Silence_OfADay_EndsAsRetirement()
    {
        var series = new Windows().Feed(2 * Hour, 20).Feed(3 * Day, 0);
        Assert.Equal(["silence Gone"], series.Opened);
        Assert.Equal(0, series.Open);
    }

    [Fact]
    public void Silence_WhenNobodySendsAnything_IsNone() => Assert.Empty(new Windows().Feed(2 * Hour, 20).Feed(60, 0, others: false).Feed(Hour, 20).Opened);

    [Fact]
    public void Silence_OfAServiceWithPauses_WaitsTwiceItsLongest()
    {
        // A record a minute: pauses of five windows.
        var series = new Windows().Feed(2 * Hour, window => window % 6 == 0 ? 1 : 0);
        series.Feed(60, 0);
        Assert.Equal(["silence Gone"], series.Opened);
        Assert.Equal(12, series.Findings[0].Window - series.Findings[0].Finding.Anomaly.StartWindow + 1);
        Assert.Equal((120, 0, 50), (series.Findings[0].Finding.Anomaly.Value, series.Findings[0].Finding.Anomaly.Low, series.Findings[0].Finding.Anomaly.High));
    }

    [Fact]
    public void Silence_ThatComesBackAgainAndAgain_IsLearnedTheThirdTime() =>
        Assert.Equal(["silence Gone", "silence Gone"], new Windows().Feed(12 * Hour, window => (window - Windows.Midnight) % 140 < 60 ? 5 : 0).Opened);

    [Fact]
    public void Silence_OfAServiceThatSpeaksEveryQuarterOfAnHour_IsNone() =>
        Assert.Empty(new Windows().Feed(Day, window => window % 90 == 0 ? 10 : 0).Opened);

    [Fact]
    public void Interruption_EndsWhatIsOpen_AndIsNeitherSilenceNorDropNorSpikeAfterIt()
    {
        var series = new Windows().Feed(2 * Hour, 50).Feed(10, 50, 30);
        Assert.Equal(1, series.Open);
        series.Skip(8 * Hour).Feed(2 * Hour, 200);
        Assert.Equal(0, series.Open);
        Assert.Equal(["error_share Up"], series.Opened);
    }

    [Fact]
    public void NewErrorTemplate_SeveralTimesWithinAMinute_Alarms()
    {
        var series = new Windows().Feed(2 * Hour, 50);
        var start = series.Next;
        series.Feed(1, 50, 0, true, new TemplateSighting(7, 2, IsNew: true)).Feed(1, 50, 0, true, new TemplateSighting(7, 4, IsNew: false));
        var anomaly = Assert.Single(series.Findings).Finding.Anomaly;
        Assert.Equal(("new_error_template", 7, start, 6.0), (anomaly.Detector, anomaly.TemplateId, anomaly.StartWindow, anomaly.Value));
        series.Feed(6, 50);
        Assert.Equal(0, series.Open);
    }

    [Fact]
    public void NewErrorTemplate_OnceOrWhileLearning_IsNone()
    {
        Assert.Empty(new Windows().Feed(2 * Hour, 50).Feed(1, 50, 0, true, new TemplateSighting(7, 1, IsNew: true)).Feed(60, 50).Findings);
        Assert.Empty(new Windows().Feed(20, 50).Feed(1, 50, 0, true, new TemplateSighting(7, 100, IsNew: true)).Feed(60, 50).Findings);
    }

    [Fact]
    public void NewErrorTemplate_OftenOnlyAfterItsFirstMinute_IsNone() =>
        Assert.Empty(new Windows().Feed(2 * Hour, 50).Feed(1, 50, 0, true, new TemplateSighting(7, 1, IsNew: true)).Feed(10, 50)
            .Feed(1, 50, 0, true, new TemplateSighting(7, 100, IsNew: false)).Feed(60, 50).Findings);

    [Fact]
    public void NewErrorTemplate_MoreThanFit_AreCounted()
    {
        var flood = Enumerable.Range(1, 50).Select(id => new TemplateSighting(id, 1, IsNew: true)).ToArray();
        var series = new Windows().Feed(2 * Hour, 50).Feed(1, 50, 0, true, flood);
        Assert.Equal((NewErrorTemplateDetector.MaxWatched, 18L), (series.Detectors.WatchedTemplates.Count(), series.Detectors.Overlooked));
    }

    [Fact]
    public void WarmUp_FindsNothing_AndSaysHowFarItIs()
    {
        var series = new Windows().Feed(40, 50, 50);
        Assert.Equal((40, true), (series.Detectors.Learned, series.Detectors.IsLearning));
        series.Feed(20, 50, 50);
        Assert.Equal((60, false), (series.Detectors.Learned, series.Detectors.IsLearning));
        Assert.Empty(series.Findings);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RestartAtRandomMoments_FindsTheSame(int seed)
    {
        var (straight, restarted) = (Eventful(new Windows(), seed, _ => false), Eventful(new Windows(), seed, random => random.Next(5) == 0));
        Assert.NotEmpty(straight.Findings);
        Assert.Equal(straight.Findings.Select(Text), restarted.Findings.Select(Text));
        Assert.Equal(straight.Detectors.Save(), restarted.Detectors.Save());
    }

    [Fact]
    public void State_OfAnotherFormat_IsNull() => Assert.Multiple(
        () => Assert.Null(ServiceDetectors.TryLoad([], new AnomalyOptions())),
        () => Assert.Null(ServiceDetectors.TryLoad([99, 0, 0], new AnomalyOptions())),
        () => Assert.Null(ServiceDetectors.TryLoad([.. new ServiceDetectors(new AnomalyOptions()).Save(), 0], new AnomalyOptions())));

    [Fact]
    public void State_IsSmallWhateverTheServiceSends() => Assert.InRange(new Windows().Feed(3 * Day, 1_000, 100).Detectors.Save().Length, 500, 3_000);

    private static Windows Eventful(Windows series, int seed, Func<Random, bool> restart)
    {
        var random = new Random(seed);
        var restarts = new Random(seed + 1);
        var noisy = Windows.Noisy(seed, window => Windows.Rhythm(window, 40));
        for (var part = 0; part < 40; part++)
        {
            var (factor, errors, length) = (random.Next(4) switch { 0 => 5.0, 1 => 0.0, _ => 1.0 }, random.Next(3) == 0 ? 0.5 : 0.01, random.Next(1, 90));
            for (var i = 0; i < length; i++)
            {
                double records = 0;
                series.Feed(1, window => records = Math.Floor(factor * noisy(window)), _ => Math.Floor(records * errors));
                if (restart(restarts))
                {
                    series.Restart();
                }
            }

            series.Skip(random.Next(10) == 0 ? 200 : 0);
        }

        return series;
    }

    private static string Text((long Window, Finding Finding) item) =>
        $"{item.Window} {item.Finding.Kind} {item.Finding.Anomaly with { Factors = [] }} {string.Join(',', item.Finding.Anomaly.Factors)}";
}
