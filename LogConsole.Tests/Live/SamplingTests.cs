using LogConsole.Live;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Live;

public sealed class SamplingTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(3, 10)]
    [InlineData(1, 10)]
    [InlineData(10, 10)]
    [InlineData(500, 9_870)]
    [InlineData(7, 2_000_000_000)]
    public void EvenSample_IsSpreadEvenly_RisesAndEndsWithTheLast(int wanted, int count)
    {
        var places = Enumerable.Range(0, wanted).Select(n => EvenSample.At(n, wanted, count)).ToList();

        Assert.Equal(count - 1, places[^1]);
        var steps = places.Zip(places.Prepend(-1), (at, before) => (long)at - before).ToList();
        Assert.InRange(steps.Max() - steps.Min(), 0, 1);
        Assert.True(steps.Min() >= 1);
    }

    [Fact]
    public void RateBudget_GivesABurstOfOneSecondThenTheRate()
    {
        var budget = new RateBudget(500, _time);

        Assert.Equal(500, budget.Take(10_000));
        Assert.Equal(0, budget.Take(1));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Equal(50, budget.Take(10_000));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(20, budget.Take(20));
        Assert.Equal(480, budget.Take(10_000));
    }

    [Fact]
    public void SharedWatches_OneValueAKey_GoneWithItsLastUser()
    {
        var made = 0;
        var watches = new SharedWatches<string, int>(_ => ++made);

        var first = watches.Enter("a");
        var second = watches.Enter("a");
        using var other = watches.Enter("b");
        Assert.Equal((1, 1, 2), (first.Value, second.Value, other.Value));
        first.Dispose();
        first.Dispose();
        Assert.Equal([1, 2], watches.Current.Order());
        second.Dispose();

        Assert.Equal([2], watches.Current);
        Assert.Equal(3, watches.Enter("a").Value);
    }

    [Fact]
    public async Task ChangeSignal_RaisedBeforeOrAfterTheWait_WakesIt()
    {
        var signal = new ChangeSignal();
        var version = signal.Version;
        var waiting = signal.WhenChangedAsync(version, TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);

        signal.Raise();

        await waiting;
        await signal.WhenChangedAsync(version, TestContext.Current.CancellationToken);
        Assert.False(signal.WhenChangedAsync(signal.Version, TestContext.Current.CancellationToken).IsCompleted);
    }
}
