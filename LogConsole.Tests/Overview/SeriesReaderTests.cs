using LogConsole.Anomalies;
using LogConsole.Anomalies.Incidents;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Overview;

public sealed class SeriesReaderTests
{
    [Theory]
    [InlineData("error_share")]
    [InlineData("volume")]
    [InlineData("silence")]
    [InlineData("new_error_template")]
    public void Leading_TheSeriesOfTheHeadlineComesFirst_HoweverLateItBegan(string detector)
    {
        var earlier = Of(1, "checkout", detector == "volume" ? "error_share" : "volume", window: 10);
        var told = Of(2, "auth 2", detector, window: 20);
        var incident = Some.Incident(service: "auth 2") with { Title = Headline.Of(told.Service, told.Detected, new ToldSeries(99, Some.Now, IsOver: false)) };

        Assert.Equal([2, 1], SeriesReader.Leading(incident, [earlier, told]).Select(anomaly => anomaly.Id));
    }

    [Fact]
    public void Heard_EmptyBucketsNobodyListenedTo_AreUnknown_TheOthersSilent()
    {
        var from = Some.Now;
        var width = TimeSpan.FromSeconds(10);
        var listened = new ListenedTime([new ListeningSpan(from.AddSeconds(20), from.AddSeconds(60), Ended: true)], from.AddHours(1));
        var rate = new IncidentSeries(1, "a", SeriesMeasure.LogRate, from, from + (4 * width), width, [0, 3, 0, 4], null);

        var heard = SeriesReader.Heard(rate, listened);

        Assert.Equal([null, 3, 0, 4], heard.Values);
        Assert.Equal([from], heard.Unheard);
        var share = SeriesReader.Heard(rate with { Measure = SeriesMeasure.ErrorShare, Values = [0, null, null, 0.5] }, listened);
        Assert.Equal([0, null, null, 0.5], share.Values);
        Assert.Equal([from + width], share.Unheard);
    }

    [Fact]
    public void Span_WhereOnlyMinutesAreKept_HasBucketsOfMinutes()
    {
        var incident = Some.Incident(service: "auth 2");
        var fine = SeriesReader.Span(incident, Some.Now, BucketWidth.Rollup);

        var (from, to, width) = SeriesReader.Span(incident, Some.Now, BucketWidth.Thinned);

        Assert.True(fine.Width < width);
        Assert.Equal((BucketWidth.Thinned, 0, 0), (width, from.Second, to.Second));
        Assert.True(from <= fine.From && to <= fine.To);
    }

    private static Anomaly Of(long id, string service, string detector, long window) => new(
        id, 7, (int)id, service, window, HasEnded: false,
        new DetectedAnomaly(detector, 1, detector, detector == "new_error_template" ? 12 : null, AnomalyDirection.Up, window, window + 5, 0.4, 0, 0.1, 90, []));
}
