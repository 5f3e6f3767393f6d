using LogConsole.Anomalies;
using LogConsole.Anomalies.Explanations;

namespace LogConsole.Tests.Anomalies;

public sealed class HeadlineTests
{
    private static readonly DetectedAnomaly s_anomaly = new("error_share", 1, "error_share", null, AnomalyDirection.Up, Windows.Midnight + 5_052, Windows.Midnight + 5_060, 0.384, 0, 0.04, 80, []);

    [Fact]
    public void Of_SaysWhatAndHowMuchInOneSentence() => Assert.Multiple(
        () => Assert.Equal("Error share of payment 38 % (normal 0–4 %) since 14:02 UTC", Headline.Of("payment", s_anomaly)),
        () => Assert.Equal("Volume of web 1,234 records/s (expected 30–0.5) since 14:02 UTC", Headline.Of("web", s_anomaly with { Detector = "volume", Value = 1_234, Low = 30, High = 0.5 })),
        () => Assert.Equal("cart has sent nothing since 14:02 UTC while others went on", Headline.Of("cart", s_anomaly with { Detector = "silence" })),
        () => Assert.Equal("New error in auth: \"token <*> expired\", 7 records since 14:02 UTC", Headline.Of("auth", s_anomaly with { Detector = "new_error_template", Value = 7 }, template: "token <*> expired")));

    [Theory]
    [InlineData(412, 6, 0, 60, 83.4)] // new: 417 / 5
    [InlineData(6, 6, 0, 60, 2.2)] // few: 11 / 5
    [InlineData(10, 6, 100, 60, 1)] // as before
    [InlineData(0, 6, 600, 60, 0.0769)]
    public void Lift_IsDampedForSmallCounts(long during, int duringMinutes, long before, int beforeMinutes, double lift) =>
        Assert.Equal(lift, TemplateRises.Lift(during, TimeSpan.FromMinutes(duringMinutes), before, TimeSpan.FromMinutes(beforeMinutes)), 3);
}
