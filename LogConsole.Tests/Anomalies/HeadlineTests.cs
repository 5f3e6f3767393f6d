using LogConsole.Anomalies;
using LogConsole.Anomalies.Explanations;
using LogConsole.Ingestion;

namespace LogConsole.Tests.Anomalies;

public sealed class HeadlineTests
{
    private static readonly DetectedAnomaly s_anomaly = new("error_share", 1, "error_share", null, AnomalyDirection.Up, Windows.Midnight + 5_052, Windows.Midnight + 5_060, 0.384, 0, 0.04, 80, []);

    private static readonly DateTimeOffset s_until = new(2026, 11, 20, 14, 5, 10, TimeSpan.Zero);

    [Fact]
    public void Of_SaysWhatAndHowMuchInOneSentence() => Assert.Multiple(
        () => Assert.Equal("Error share of payment 38 % at its worst (detector's band 0–4 %) since 14:02:00 UTC", Headline.Of("payment", s_anomaly)),
        () => Assert.Equal("Volume of web 1,234 records/s at its worst (detector's band 30–0.5) since 14:02:00 UTC", Headline.Of("web", s_anomaly with { Detector = "volume", Value = 1_234, Low = 30, High = 0.5 })),
        () => Assert.Equal("cart has sent nothing since 14:02:00 UTC while others went on", Headline.Of("cart", s_anomaly with { Detector = "silence" })),
        () => Assert.Equal(
            "Error share of payment 36 % on average (0–1.7 % in the 24 calm minutes before) from 14:02:00 UTC to 14:05:10 UTC",
            Headline.Of("payment", s_anomaly, new ToldSeries(0.361, s_until, IsOver: true, "0–1.7 % in the 24 calm minutes before"))),
        () => Assert.Equal(
            "Volume of web 3 records/s on average since 14:02:00 UTC, as of 14:05:10 UTC", Headline.Of("web", s_anomaly with { Detector = "volume" }, new ToldSeries(3, s_until, IsOver: false))),
        () => Assert.Equal(
            "cart sent nothing from 14:02:00 UTC to 14:05:10 UTC while others went on",
            Headline.Of("cart", s_anomaly with { Detector = "silence" }, new ToldSeries(0, s_until, IsOver: true))),
        () => Assert.Equal(
            "New error in auth: \"token <*> expired\", 7 records since 14:02:00 UTC, as of 14:05:10 UTC",
            Headline.Of("auth", s_anomaly with { Detector = "new_error_template" }, new ToldSeries(7, s_until, IsOver: false, Template: "token <*> expired"))));

    [Theory]
    [InlineData(57, 240, 12, 3_600, 71.25)]
    [InlineData(90, 240, 102, 240, 0.8824)] // fell: over the time that is known, not over an hour
    [InlineData(6, 360, 3, 60, 0.3333)]
    public void Lift_IsTheRatesAsTheyWereCounted(long during, int duringSeconds, long before, int beforeSeconds, double lift) =>
        Assert.Equal(lift, TemplateRises.Lift(during, TimeSpan.FromSeconds(duringSeconds), before, TimeSpan.FromSeconds(beforeSeconds))!.Value, 4);

    [Theory]
    [InlineData(7, 240, 0, 3_600)]
    [InlineData(7, 240, 0, 0)]
    public void Lift_OfWhatNeverCame_IsNone(long during, int duringSeconds, long before, int beforeSeconds) =>
        Assert.Null(TemplateRises.Lift(during, TimeSpan.FromSeconds(duringSeconds), before, TimeSpan.FromSeconds(beforeSeconds)));

    [Fact]
    public void Rank_NamesOnlyWhatSurelyRose_MostSurelyFirst()
    {
        TemplateRise Rise(int id, long during, int duringSeconds, long before, int beforeSeconds) => new(
            id, 1, "", during, before, TemplateRises.Score(during, TimeSpan.FromSeconds(duringSeconds), before, TimeSpan.FromSeconds(beforeSeconds)), 0);
        TemplateRise[] rises =
        [
            Rise(1, 90, 240, 102, 240), // fell
            Rise(2, 6, 300, 0, 10), // ten seconds in which it did not come say nothing
            Rise(3, 500, 240, 0, 0), // nothing is known of before
            Rise(4, 9, 240, 5, 240), // few, not twice as often
            Rise(5, 6, 240, 0, 3_600),
            Rise(6, 400, 240, 60, 3_600),
            Rise(7, 4, 240, 0, 3_600), // too few
        ];
        Assert.Equal([6, 5], TemplateRises.Rank(rises, 10).Select(rise => rise.TemplateId));
    }

    [Theory]
    [InlineData(0, "97:1,99:4", 97)] // never seen before: its very first line
    [InlineData(0, "", 100)]
    [InlineData(5, "90:1,97:4,98:3,99:6", 97)] // what stands alone before may be an ordinary one
    [InlineData(5, "97:4,98:3", 100)]
    [InlineData(600, "96:10,97:12,98:80,99:90", 98)] // a busy one begins where it rose
    public void FirstSigns_AreTheWindowsThatBelongToTheRise(long before, string counts, long first)
    {
        var rise = new TemplateRise(1, 1, "", 50, before, 9, 100) { Usual = before / 60.0 };
        var byWindow = counts.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(':')).ToDictionary(one => long.Parse(one[0]), one => long.Parse(one[1]));
        Assert.Equal(first, FirstSigns.First(rise, byWindow, 82, 100));
    }

    [Fact]
    public void Remarkable_AreThoseOfTheServiceThatSurelyRose_AndHardlyCameBefore()
    {
        TemplateRise Rise(int id, int service, double score, double usual) => new(id, service, "", 100, 1, score, 0) { Usual = usual };
        Assert.Equal([3, 1], TemplateRises.Remarkable([Rise(1, 1, 5, 0.1), Rise(2, 1, 50, 3), Rise(3, 1, 9, 0), Rise(4, 2, 9, 0), Rise(5, 1, 1.5, 0)], 1, 10).Select(rise => rise.TemplateId));
    }

    [Fact]
    public void MostTelling_ErrorsAndTheServiceWhereItBegan_BeforeWhatRoseMost()
    {
        TemplateRise Rise(int id, int service, byte severity, double score) => new(id, service, "", 100, 0, score, 0) { Severity = severity };
        TemplateRise[] rises =
        [
            Rise(1, 2, SeverityNumber.Info, 90), // the flood
            Rise(2, 2, SeverityNumber.Error, 40),
            Rise(3, 1, SeverityNumber.Warn, 12),
            Rise(4, 1, SeverityNumber.Error, 5),
            Rise(5, 1, SeverityNumber.Info, 80),
        ];
        Assert.Equal([4, 2, 3, 5, 1], TemplateRises.MostTelling(rises, firstService: 1, 10).Select(rise => rise.TemplateId));
        Assert.Equal([4, 2], TemplateRises.MostTelling(rises, firstService: 1, 2).Select(rise => rise.TemplateId));
    }

    [Theory]
    [InlineData(57, 240, 12, 3_600, 71.25, "came 57 times in 4 min, 12 times in the hour before (71 times as often)")]
    [InlineData(9, 250, 3, 240, 2.88, "came 9 times in 4 min 10 s, 3 times in the 4 min before (2.9 times as often)")]
    [InlineData(57, 20, 0, 3_610, 0, "came 57 times in 20 s; new: never in the 1 h 10 s before")]
    [InlineData(57, 240, 0, 0, 0, "came 57 times in 4 min")]
    public void Rise_SaysTheStretchesItsNumbersAreOf(double during, double duringSeconds, double before, double beforeSeconds, double lift, string text) => Assert.Equal(
        text,
        Stretch.Rise(new Numbers([new("during", during), new("duringSeconds", duringSeconds), new("before", before), new("beforeSeconds", beforeSeconds), new("lift", lift)])));
}
