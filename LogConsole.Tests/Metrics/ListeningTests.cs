using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Metrics;

public sealed class ListeningTests(PostgresFixture postgres)
{
    private readonly FakeTimeProvider _time = new(Some.Time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task KilledAndStartedAgain_TheTimeBetweenIsUnknown_AndTheRestIsNot()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using (var killed = await Console.StartAsync(database, _time))
        {
            await killed.RunAsync(33);
        }

        _time.Advance(TimeSpan.FromSeconds(60));
        using var next = await Console.StartAsync(database, _time);
        await next.RunAsync(30);

        // The last heartbeat before the kill was at most 5 s old.
        Assert.Equal([0, 10, 20, 100, 110], await CoveredAsync(database, 0, 120));
        Assert.True(await CoversAsync(database, 93, 123));
        Assert.False(await CoversAsync(database, 33, 93));
    }

    [Fact]
    public async Task WhoeverStoresABatch_HasListenedUpToThen()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var instance = Guid.NewGuid();
        await database.ExecuteAsync($"insert into listening values ('{instance}', now() - interval '9 s', now() - interval '9 s', false), ('{instance}', now() - interval '90 s', now() - interval '80 s', true)");
        await using var pipeline = await PipelineHarness.StartAsync(database, instance: instance);
        var before = TimeProvider.System.GetUtcNow();
        await pipeline.SendAsync(Some.LogRecord());

        Assert.InRange(await database.ScalarAsync<DateTime>("select until from listening where not ended"), before.UtcDateTime, TimeProvider.System.GetUtcNow().UtcDateTime);
        Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from listening where ended and until < now() - interval '70 s'"));
    }

    [Fact]
    public async Task DatabaseReady_ListensAtOnce()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var console = await Console.StartAsync(database, _time);
        database.Database.ReportAway("test");
        _time.Advance(TimeSpan.FromMilliseconds(500));
        database.Database.ReportBack();
        _time.Advance(TimeSpan.FromMilliseconds(500));
        await console.Listening.LookAsync(Cancellation);

        Assert.Equal(TimeSpan.FromMilliseconds(500), (await Store(database).ReadAsync(At(0), At(1), Cancellation)).Within(At(0), At(1)));
    }

    [Fact]
    public async Task StoppedInOrder_EndsAtThatMoment()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var console = await Console.StartAsync(database, _time);
        await console.RunAsync(17);
        await console.StopAsync();

        Assert.True(await CoversAsync(database, 0, 17));
        Assert.False(await CoversAsync(database, 0, 18));
    }

    [Fact]
    public async Task TwoConsolesOneAfterTheOtherRestarted_NothingIsUnknown()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var first = await Console.StartAsync(database, _time);
        using var second = await Console.StartAsync(database, _time);
        await RunAsync(20, first, second);
        await first.StopAsync();
        await second.RunAsync(20);
        using var firstAgain = await Console.StartAsync(database, _time);
        await RunAsync(20, firstAgain, second);
        await second.StopAsync();
        await firstAgain.RunAsync(20);

        Assert.Equal([0, 10, 20, 30, 40, 50, 60, 70], await CoveredAsync(database, 0, 80));
    }

    [Fact]
    public async Task IngestHeld_OrTheDatabaseAway_IsNotListening()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var console = await Console.StartAsync(database, _time);
        await console.RunAsync(20);
        console.Gate.Hold("disk", "the disk is full");
        await console.RunAsync(10);
        console.Gate.Release("disk");
        await console.RunAsync(20);
        database.Database.ReportAway("test");
        await console.RunAsync(10);
        database.Database.ReportBack();
        await console.RunAsync(20);

        Assert.Equal([0, 10, 40, 60, 70], await CoveredAsync(database, 0, 80));
        Assert.Equal(3, await database.ScalarAsync<long>("select count(*) from listening"));
        Assert.True(await CoversAsync(database, 31, 50));
    }

    [Fact]
    public async Task DatabaseAwayForLessThanALook_IsAGapToo()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var console = await Console.StartAsync(database, _time);
        await console.RunAsync(12);
        _time.Advance(TimeSpan.FromMilliseconds(200));
        database.Database.ReportAway("test");
        _time.Advance(TimeSpan.FromMilliseconds(200));
        database.Database.ReportBack();
        await console.RunAsync(18);

        Assert.Equal([0, 20], await CoveredAsync(database, 0, 30));
    }

    [Fact]
    public async Task Reset_TheTimeBeforeItIsUnknown()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var console = await Console.StartAsync(database, _time);
        await console.RunAsync(40);
        await new DataReset(database.Database, console.Instance).RunAsync(Cancellation);
        await console.RunAsync(40);

        Assert.Equal([50, 60, 70], await CoveredAsync(database, 0, 80));
    }

    [Fact]
    public async Task SuspendedMachine_IsNotListening()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var console = await Console.StartAsync(database, _time);
        await console.RunAsync(20);
        _time.Advance(TimeSpan.FromMinutes(1));
        await console.RunAsync(20);

        Assert.False(await CoversAsync(database, 19, 81));
        Assert.True(await CoversAsync(database, 0, 20));
        Assert.True(await CoversAsync(database, 81, 100));
    }

    [Fact]
    public async Task Retain_ForgetsWhatTheRollupsForget()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var console = await Console.StartAsync(database, _time);
        await console.RunAsync(10);
        await console.StopAsync();
        await Store(database).RetainAsync(Cancellation);
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from listening"));

        _time.Advance(new MetricsOptions().CoarseRetention);
        Assert.False(await CoversAsync(database, 0, 5));
        _time.Advance(TimeSpan.FromMinutes(1));
        await Store(database).RetainAsync(Cancellation);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from listening"));
    }

    private static async Task RunAsync(int seconds, params Console[] consoles)
    {
        for (var second = 0; second < seconds; second++)
        {
            consoles[0].Time.Advance(TimeSpan.FromSeconds(1));
            foreach (var console in consoles)
            {
                await console.Listening.LookAsync(Cancellation);
            }
        }
    }

    // The slots that are known, by the second they start at.
    private async Task<List<int>> CoveredAsync(TestDatabase database, int from, int to)
    {
        const int step = 10;
        var listened = await Store(database).ReadAsync(At(from), At(to), Cancellation);
        return [.. Enumerable.Range(0, (to - from) / step).Select(slot => from + (slot * step)).Where(start => listened.Covers(At(start), At(start + step)))];
    }

    private async Task<bool> CoversAsync(TestDatabase database, int from, int to) =>
        (await Store(database).ReadAsync(At(from), At(to), Cancellation)).Covers(At(from), At(to));

    private ListeningStore Store(TestDatabase database) => new(database.Database, Options.Create(new MetricsOptions()), _time);

    private static DateTimeOffset At(int second) => Some.Time.AddSeconds(second);

    /// <summary>What records of one console; disposing it without stopping is what a kill leaves.</summary>
    private sealed class Console : IDisposable, IHostApplicationLifetime
    {
        private readonly CancellationTokenSource _stopping = new();

        private Console(TestDatabase database, FakeTimeProvider time)
        {
            Time = time;
            Listening = new Listening(
                new ListeningStore(database.Database, Options.Create(new MetricsOptions()), time), database.Database, Gate, Instance, this, time, NullLogger<Listening>.Instance);
        }

        public static async Task<Console> StartAsync(TestDatabase database, FakeTimeProvider time)
        {
            var console = new Console(database, time);
            await console.Listening.LookAsync(Cancellation);
            return console;
        }

        public FakeTimeProvider Time { get; }

        public IngestGate Gate { get; } = new();

        public InstanceIdentity Instance { get; } = new(Guid.NewGuid());

        public Listening Listening { get; }

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => default;

        /// <summary>A look a second.</summary>
        public Task RunAsync(int seconds) => ListeningTests.RunAsync(seconds, this);

        public async Task StopAsync()
        {
            await _stopping.CancelAsync();
            await Listening.StopAsync(Cancellation);
        }

        public void StopApplication() => _stopping.Cancel();

        public void Dispose()
        {
            Listening.Dispose();
            _stopping.Dispose();
        }
    }
}
