using LogConsole.Logs;
using LogConsole.Overview;
using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Logs;

public sealed class DeadLetterRetentionTests(PostgresFixture postgres)
{
    private readonly FakeTimeProvider _time = new(Some.Time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunOnce_RemovesWhatIsTooOld_AndCountsWhatNobodyReplayed()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await AddAsync(database, count: 7_000, days: 31, replayed: false);
        await AddAsync(database, count: 20, days: 31, replayed: true);
        await AddAsync(database, count: 3, days: 29, replayed: false);
        var queries = new OverviewQueries(database.Database);

        Assert.Equal((7_020, 7_000), await Retention(database).RunOnceAsync(lease: null, Cancellation));
        Assert.Equal(3, await database.ScalarAsync<long>("select count(*) from dead_letters"));
        Assert.Equal((7_000, 7_000), await queries.DroppedAsync(_time.GetUtcNow().AddMinutes(-15), Cancellation));

        _time.Advance(TimeSpan.FromDays(2));
        Assert.Equal((3, 3), await Retention(database).RunOnceAsync(lease: null, Cancellation));
        Assert.Equal((3, 7_003), await queries.DroppedAsync(_time.GetUtcNow().AddMinutes(-15), Cancellation));
        Assert.Equal((0, 0), await Retention(database).RunOnceAsync(lease: null, Cancellation));
        _time.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal((0, 7_003), await queries.DroppedAsync(_time.GetUtcNow().AddMinutes(-15), Cancellation));
    }

    [Fact]
    public async Task RunOnce_OnlyReplayedOnes_DropsNothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await AddAsync(database, count: 2, days: 31, replayed: true);

        Assert.Equal((2, 0), await Retention(database).RunOnceAsync(lease: null, Cancellation));
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from dropped_records"));
    }

    [Fact]
    public async Task RunOnce_LeaseTakenByAnother_RemovesNothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await AddAsync(database, count: 2, days: 31, replayed: false);
        await database.ExecuteAsync("insert into singleton_jobs (name, token, holder, acquired_at) values ('retention', 8, 'x', now())");

        await Assert.ThrowsAsync<JobLeaseLostException>(() => Retention(database).RunOnceAsync(new JobLease("retention", 7, Cancellation), Cancellation));
        Assert.Equal(2, await database.ScalarAsync<long>("select count(*) from dead_letters"));
        Assert.Equal((2, 2), await Retention(database).RunOnceAsync(new JobLease("retention", 8, Cancellation), Cancellation));
    }

    private DeadLetterRetention Retention(TestDatabase database) =>
        new(database.Database, Options.Create(new LogsOptions()), _time, NullLogger<DeadLetterRetention>.Instance);

    private static Task AddAsync(TestDatabase database, int count, int days, bool replayed) => database.ExecuteAsync(
        $"""
        insert into dead_letters (source, line, reason, observed, service, demo, record, created_at, replayed_at)
        select 'test', i, 'x', now(), 'shop', false, '\x7b7d', timestamptz '{Some.Time:O}' - interval '{days} days', {(replayed ? "now()" : "null")}
        from generate_series(1, {count}) i
        """);
}
