using LogConsole.Components;

namespace LogConsole.Tests.Components;

public sealed class ViewTurnsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Turn_EndsWhereTheShowWaits()
    {
        var browser = new TaskCompletionSource();
        var started = 0;
        var shows = Enumerable.Range(0, 50).Select(_ => Task.Run(() => ViewTurns.RunAsync(() =>
        {
            Interlocked.Increment(ref started);
            return browser.Task;
        }, Cancellation), Cancellation)).ToList();
        while (Volatile.Read(ref started) < shows.Count)
        {
            await Task.Yield();
        }

        Assert.DoesNotContain(shows, show => show.IsCompleted);
        browser.SetResult();
        await Task.WhenAll(shows);
    }

    [Fact]
    public async Task Cancelled_IsNotShown()
    {
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ViewTurns.RunAsync(() => throw new InvalidOperationException(), gone.Token));
    }

    [Fact]
    public async Task Show_ThatFails_GivesItsTurnBack()
    {
        for (var i = 0; i < 2 * Environment.ProcessorCount; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => ViewTurns.RunAsync(() => throw new InvalidOperationException(), Cancellation));
        }

        await ViewTurns.RunAsync(() => Task.CompletedTask, Cancellation);
    }
}
