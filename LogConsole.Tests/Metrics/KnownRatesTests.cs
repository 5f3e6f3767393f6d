using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Metrics;

public sealed class KnownRatesTests
{
    private static readonly TimeSpan s_step = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Rate_OfTheRunningStep_IsOverThePartThatIsOver()
    {
        var rates = Rates(end: 75, (0, 75));

        Assert.Equal([10, 10], await OfAsync(rates, [Count(0, 600), Count(60, 100), Count(60, 50, SeverityBand.Error)]));
        Assert.Equal(0, rates.StepsInPart);
    }

    [Fact]
    public async Task Rate_OfAStepAConsoleStartedIn_IsThatOfTheWindowsItListenedToAllThrough()
    {
        var rates = Rates(end: 120, (33, 120));

        // 300 in the 20 s from second 40 on; what came before says nothing.
        Assert.Equal([15, 10], await OfAsync(rates, [Count(0, 345), Count(60, 600)], [Count(40, 300)]));
        Assert.Equal(1, rates.StepsInPart);
        Assert.Equal(TimeSpan.FromSeconds(20), rates.Length(Some.Time));
    }

    [Fact]
    public async Task Rate_OfAStepWithAShortBreak_IsThatOfAllOfIt()
    {
        var rates = Rates(end: 60, (0, 34), (35, 60));

        Assert.Equal([10], await OfAsync(rates, [Count(0, 600)]));
        Assert.Equal(0, rates.StepsInPart);
    }

    [Fact]
    public async Task Rate_OfAStepWithoutAWholeWindow_IsOverWhatWasListenedTo() =>
        Assert.Equal([25], await OfAsync(Rates(end: 60, (12, 18)), [Count(0, 150)]));

    [Fact]
    public async Task Rate_OfAStepNobodyListenedTo_IsThatOfWhatWasHandedInLater() =>
        Assert.Equal([5], await OfAsync(Rates(end: 600), [Count(0, 300)]));

    [Fact]
    public async Task Rate_OfBandsMissingInTheKnownWindows_IsZero() =>
        Assert.Equal([2], await OfAsync(Rates(end: 60, (30, 60)), [Count(0, 90), Count(0, 7, SeverityBand.Error)], [Count(30, 60)]));

    private static KnownRates Rates(int end, params (int Since, int Until)[] spans) => new(
        new ListenedTime(spans.Select(span => new ListeningSpan(Some.Time.AddSeconds(span.Since), Some.Time.AddSeconds(span.Until), Ended: true)), Some.Time.AddDays(1)),
        s_step, BucketWidth.Rollup, Some.Time.AddSeconds(end));

    private static async Task<IEnumerable<double>> OfAsync(KnownRates rates, SeverityPoint[] counts, params SeverityPoint[] known)
    {
        var points = await rates.CountsAsync(counts, _ => Task.FromResult<IReadOnlyList<SeverityPoint>>(known));
        return SeriesMaths.Points("log_rate", points, rates.Length).Select(point => point.V);
    }

    private static SeverityPoint Count(int second, long count, SeverityBand band = SeverityBand.Info) => new(Some.Time.AddSeconds(second), band, count);
}
