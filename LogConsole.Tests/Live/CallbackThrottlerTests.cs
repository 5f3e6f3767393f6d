using LogConsole.Live;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Live;

public sealed class CallbackThrottlerTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Signal_First_RunsWithoutWaiting()
    {
        var runs = new RunCounter();
        await using var throttler = new CallbackThrottler(runs.RunAsync, s_interval, _time);

        throttler.Signal();

        await runs.ReachedAsync(1);
    }

    [Fact]
    public async Task Signal_ManyWithinTheInterval_MergeIntoOneLaterRun()
    {
        var runs = new RunCounter();
        await using var throttler = new CallbackThrottler(runs.RunAsync, s_interval, _time);
        throttler.Signal();
        await runs.ReachedAsync(1);
        await TimerSetAsync();

        for (var i = 0; i < 50; i++)
        {
            throttler.Signal();
        }

        Assert.Equal(1, runs.Count);
        _time.Advance(s_interval);
        await runs.ReachedAsync(2);
        await TimerSetAsync();
        _time.Advance(s_interval);
        throttler.Signal();
        await runs.ReachedAsync(3);
        Assert.Equal(3, runs.Count);
    }

    [Fact]
    public async Task Signal_WhileRunning_RunsAgainAfterwardsAndNeverAtTheSameTime()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = new RunCounter { Gate = release.Task };
        await using var throttler = new CallbackThrottler(runs.RunAsync, TimeSpan.Zero, _time);
        throttler.Signal();
        await runs.ReachedAsync(1);

        throttler.Signal();
        Assert.Equal(1, runs.Count);
        release.SetResult();

        await runs.ReachedAsync(2);
        Assert.Equal(1, runs.MostAtOnce);
    }

    [Fact]
    public async Task Dispose_WhileWaiting_DropsTheMergedRun()
    {
        var runs = new RunCounter();
        var throttler = new CallbackThrottler(runs.RunAsync, s_interval, _time);
        throttler.Signal();
        await runs.ReachedAsync(1);
        throttler.Signal();

        await throttler.DisposeAsync();
        throttler.Signal();
        _time.Advance(s_interval);

        Assert.Equal(1, runs.Count);
    }

    private Task TimerSetAsync() => _time.WaitForTimerAsync(TestContext.Current.CancellationToken);

    private sealed class RunCounter
    {
        private TaskCompletionSource _started = New();
        private int _count;
        private int _running;

        public Task Gate { get; init; } = Task.CompletedTask;

        public int Count => Volatile.Read(ref _count);

        public int MostAtOnce { get; private set; }

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
            Interlocked.Increment(ref _count);
            Interlocked.Exchange(ref _started, New()).SetResult();
            await Gate.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref _running);
        }

        public async Task ReachedAsync(int count)
        {
            while (true)
            {
                var next = Volatile.Read(ref _started).Task;
                if (Count >= count)
                {
                    return;
                }

                await next.WaitAsync(TestContext.Current.CancellationToken);
            }
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
