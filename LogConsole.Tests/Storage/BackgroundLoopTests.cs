using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogConsole.Tests.Storage;

public sealed class BackgroundLoopTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_Fails_IsFaultedAndRunsAgainOnlyAfterThePause()
    {
        var time = new FakeTimeProvider();
        using var loop = new FailingLoop(time);
        await loop.StartAsync(Cancellation);
        await loop.RunStarted.WaitAsync(Cancellation);
        await time.WaitForTimerAsync(Cancellation);
        Assert.Equal(LoopCondition.Faulted, loop.Status.Condition);
        Assert.Equal("run 1", loop.Status.LastError);
        Assert.Equal(1, loop.Runs);

        time.Advance(TimeSpan.FromMilliseconds(200));
        await loop.RunStarted.WaitAsync(Cancellation);
        Assert.Equal(2, loop.Runs);
        await loop.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Stop_WhilePausing_EndsWithoutAdvancingTheClock()
    {
        var time = new FakeTimeProvider();
        using var loop = new FailingLoop(time);
        await loop.StartAsync(Cancellation);
        await loop.RunStarted.WaitAsync(Cancellation);
        await time.WaitForTimerAsync(Cancellation);
        await loop.StopAsync(Cancellation);
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
    }

    private sealed class FailingLoop(TimeProvider time) : BackgroundLoop(time, NullLogger.Instance)
    {
        public SemaphoreSlim RunStarted { get; } = new(0);

        public int Runs { get; private set; }

        public override string Name => "failing";

        public override void Dispose()
        {
            RunStarted.Dispose();
            base.Dispose();
        }

        protected override Task RunAsync(CancellationToken cancellationToken)
        {
            Runs++;
            RunStarted.Release();
            throw new InvalidOperationException($"run {Runs}");
        }
    }
}
