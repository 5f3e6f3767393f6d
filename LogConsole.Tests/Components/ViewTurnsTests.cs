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
    public async Task ShowsThatWaitForTheirBrowser_LeaveTheTurnToTheNext()
    {
        var browser = new TaskCompletionSource();
        var shows = Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => ViewTurns.RunAsync(() => browser.Task, Cancellation)).ToList();

        // Whoever finds a turn free is shown at once, not after its patience. Another test's page may be having the turn just now.
        var atOnce = false;
        for (var i = 0; i < 100 && !atOnce; i++)
        {
            var started = false;
            shows.Add(ViewTurns.RunAsync(() =>
            {
                started = true;
                return browser.Task;
            }, Cancellation));
            atOnce = started;
        }

        Assert.True(atOnce);
        browser.SetResult();
        await Task.WhenAll(shows);
    }

    [Fact]
    public async Task Cancelled_BetweenItsTurnAndItsCircuit_IsNotShown()
    {
        using var free = new ManualResetEventSlim();
        var busy = Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount / 2)).Select(_ => Busy(free)).ToList();
        await Task.WhenAll(busy.Select(one => one.Started));

        using var gone = new CancellationTokenSource();
        var circuit = new Circuit();
        var shown = circuit.Run(() => ViewTurns.RunAsync(() => throw new InvalidOperationException(), gone.Token));
        free.Set();
        var goOn = await circuit.Posted;
        await gone.CancelAsync();
        goOn();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shown);
        await Task.WhenAll(busy.Select(one => one.Ended));
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

    // Has a turn until it is told to end.
    private static (Task Started, Task Ended) Busy(ManualResetEventSlim end)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var run = Task.Factory.StartNew(
            () => ViewTurns.RunAsync(() =>
            {
                started.SetResult();
                end.Wait(Cancellation);
                return Task.CompletedTask;
            }, Cancellation),
            Cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return (started.Task, run.Unwrap());
    }

    /// <summary>A dispatcher that is busy: what is posted runs when the test says so.</summary>
    private sealed class Circuit : SynchronizationContext
    {
        private readonly TaskCompletionSource<Action> _posted = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Action> Posted => _posted.Task;

        public override void Post(SendOrPostCallback d, object? state) => _posted.TrySetResult(() => d(state));

        public Task Run(Func<Task> start)
        {
            var before = Current;
            SetSynchronizationContext(this);
            try
            {
                return start();
            }
            finally
            {
                SetSynchronizationContext(before);
            }
        }
    }
}
