using System.Threading.Channels;
using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace LogConsole.Tests.Storage;

public sealed class SingletonJobTests(PostgresFixture postgres)
{
    private const string OurLocks = "from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_TwoInstances_OneWorksAndTheOtherTakesOverWithANewerToken()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var gauge = new Gauge();
        using var first = new RecordingJob(database.Database, gauge);
        using var second = new RecordingJob(database.Database, gauge);
        await first.StartAsync(Cancellation);
        var firstLease = await first.Started.ReadAsync(Cancellation);
        await second.StartAsync(Cancellation);

        Assert.Equal(1, await database.ScalarAsync<long>($"select count(*) {OurLocks}"));
        Assert.Equal(LoopCondition.Running, first.Status.Condition);
        await first.StopAsync(Cancellation);

        var secondLease = await second.Started.ReadAsync(Cancellation);
        Assert.True(secondLease.Token > firstLease.Token);
        await second.StopAsync(Cancellation);
        Assert.Equal(1, gauge.Most);
        Assert.Equal(0, await database.ScalarAsync<long>($"select count(*) {OurLocks}"));
    }

    [Fact]
    public async Task Run_ConnectionOfTheLeaseKilled_CancelsTheWorkAndTakesANewToken()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var job = new RecordingJob(database.Database, new Gauge());
        await job.StartAsync(Cancellation);
        var lease = await job.Started.ReadAsync(Cancellation);
        await database.ExecuteAsync($"select pg_terminate_backend(pid) {OurLocks}");

        var lost = new TaskCompletionSource();
        await using var registration = lease.Lost.Register(lost.SetResult);
        await lost.Task.WaitAsync(Cancellation);
        var next = await job.Started.ReadAsync(Cancellation);
        Assert.True(next.Token > lease.Token);
        await job.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Run_Throws_IsFaultedThenTriedAgain()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var job = new RecordingJob(database.Database, new Gauge()) { FailFirst = true };
        await job.StartAsync(Cancellation);
        var failed = await job.Started.ReadAsync(Cancellation);
        var next = await job.Started.ReadAsync(Cancellation);
        Assert.True(next.Token > failed.Token);
        Assert.Equal("first run", job.Status.LastError);
        await job.StopAsync(Cancellation);
    }

    [Fact]
    public async Task Check_NewerHolder_RefusesTheOlderOnesTransaction()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("insert into singleton_jobs (name, token, holder, acquired_at) values ('job', 7, 'x', now())");
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await new JobLease("job", 7, default).CheckAsync(connection, Cancellation);
        await Assert.ThrowsAsync<JobLeaseLostException>(() => new JobLease("job", 6, default).CheckAsync(connection, Cancellation));
    }

    [Fact]
    public async Task Check_InsideATransaction_HoldsOffTheNextHolderUntilItEnds()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("insert into singleton_jobs (name, token, holder, acquired_at) values ('job', 7, 'x', now())");
        await using var connection = await database.Source.OpenConnectionAsync(Cancellation);
        await using (await connection.BeginTransactionAsync(Cancellation))
        {
            await new JobLease("job", 7, default).CheckAsync(connection, Cancellation);
            var blocked = await Assert.ThrowsAsync<PostgresException>(
                () => database.ExecuteAsync("set lock_timeout = '1ms'; update singleton_jobs set token = 8"));
            Assert.Equal(PostgresErrorCodes.LockNotAvailable, blocked.SqlState);
        }

        await database.ExecuteAsync("update singleton_jobs set token = 8");
    }

    /// <summary>How many work at once, over all instances.</summary>
    private sealed class Gauge
    {
        private int _now;

        public int Most { get; private set; }

        public void Enter() => Most = Math.Max(Most, Interlocked.Increment(ref _now));

        public void Leave() => Interlocked.Decrement(ref _now);
    }

    private sealed class RecordingJob(Database database, Gauge gauge) : SingletonJob(database, TimeProvider.System, NullLogger.Instance)
    {
        private readonly Channel<JobLease> _started = Channel.CreateUnbounded<JobLease>();
        private int _runs;

        public override string Name => "recording";

        public bool FailFirst { get; init; }

        public ChannelReader<JobLease> Started => _started.Reader;

        protected override async Task RunAsync(JobLease lease, CancellationToken cancellationToken)
        {
            gauge.Enter();
            try
            {
                await _started.Writer.WriteAsync(lease, cancellationToken);
                if (FailFirst && ++_runs == 1)
                {
                    throw new InvalidOperationException("first run");
                }

                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            finally
            {
                gauge.Leave();
            }
        }
    }
}
