using LogConsole.Ingestion;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Overview;

public sealed class OverviewFeedTests(PostgresFixture postgres)
{
    private static readonly TimeSpan s_quarter = TimeSpan.FromMinutes(15);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_LiveView_ShowsWhatIsStored_ThenEveryCommit()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var now = TimeProvider.System.GetUtcNow();
        await pipeline.SendAsync(
            Some.LogRecord("user 1 in", at: now), Some.LogRecord("disk full", "db", SeverityNumber.Error, now), Some.LogRecord("user 2 in", at: now.AddMinutes(-3)));

        await using var all = pipeline.Get<IOverviewFeed>().WatchAsync(new OverviewView(TimeRange.Last(s_quarter)), Cancellation).GetAsyncEnumerator(Cancellation);
        await using var db = pipeline.Get<IOverviewFeed>().WatchAsync(new OverviewView(TimeRange.Last(s_quarter), "db"), Cancellation).GetAsyncEnumerator(Cancellation);
        var first = await NextAsync(all, snapshot => Total(snapshot) == 3);
        var service = await NextAsync(db, snapshot => Total(snapshot) == 1);

        Assert.True(first.HasRecords);
        Assert.Equal(2, first.Numbers!.Patterns);
        Assert.Equal(2, first.Numbers.NewPatterns.Value);
        Assert.Equal(1 / 3.0, first.Numbers.ErrorShare.Value!.Value, 6);
        Assert.Equal(1.0, service.Numbers!.ErrorShare.Value);
        Assert.Equal(["disk full", "user 1 in", "user 2 in"], first.Lines.Newest.Select(line => line.Body).Order(StringComparer.Ordinal));
        Assert.Equal("db", Assert.Single(service.Lines.Newest).Service);

        await pipeline.SendAsync(Some.LogRecord("user 3 in", at: TimeProvider.System.GetUtcNow()));
        var second = await NextAsync(all, snapshot => Total(snapshot) == 4 && snapshot.Lines.Newest.Count == 4);
        Assert.Equal("user 3 in", second.Lines.Newest[0].Body);
    }

    [Fact]
    public async Task Watch_RecordsWithOldTimestamps_AreReportedOutside_AndTheFixedViewShowsThem()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var now = TimeProvider.System.GetUtcNow();
        await pipeline.SendAsync(
            Some.LogRecord("old", at: Some.Time.AddYears(-1), arrived: now), Some.LogRecord("older", at: Some.Time.AddYears(-1).AddHours(-1), arrived: now),
            Some.LogRecord("a minute late", at: now.AddSeconds(-30), arrived: now));

        await using var live = pipeline.Get<IOverviewFeed>().WatchAsync(new OverviewView(TimeRange.Last(s_quarter)), Cancellation).GetAsyncEnumerator(Cancellation);
        var outside = (await NextAsync(live, snapshot => snapshot.OutsideRange is not null)).OutsideRange!;
        Assert.Equal((2, 0), (outside.Count, outside.Strays));

        var fixedView = new OverviewView(TimeRange.Between(outside.From, outside.To));
        var shown = new List<OverviewSnapshot>();
        await foreach (var snapshot in pipeline.Get<IOverviewFeed>().WatchAsync(fixedView, Cancellation))
        {
            shown.Add(snapshot);
        }

        Assert.Equal(2, Total(shown[^1]));
        Assert.Equal(["old", "older"], shown[^1].Lines.Newest.Select(line => line.Body));
    }

    [Fact]
    public async Task Watch_OneClockThatIsFarOff_DoesNotStretchTheRangeOfTheOthers()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var now = TimeProvider.System.GetUtcNow();
        await pipeline.SendAsync(
            Some.LogRecord("loaded", at: now.AddDays(-3), arrived: now), Some.LogRecord("never set", at: DateTimeOffset.UnixEpoch, arrived: now),
            Some.LogRecord("ahead", at: now.AddYears(70), arrived: now));

        await using var live = pipeline.Get<IOverviewFeed>().WatchAsync(new OverviewView(TimeRange.Last(s_quarter)), Cancellation).GetAsyncEnumerator(Cancellation);
        var outside = (await NextAsync(live, snapshot => snapshot.OutsideRange is not null)).OutsideRange!;

        Assert.Equal((3, 2, 1), (outside.Count, outside.Strays, outside.Future));
        Assert.InRange(now.AddDays(-3), outside.From, outside.To);
        Assert.Equal(BucketWidth.Rollup, outside.To - outside.From);
    }

    [Fact]
    public async Task Watch_FixedViewOfThinnedCounts_HasBucketsOfMinutes_NotPeaks()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync([.. Enumerable.Range(0, 300).Select(i => Some.LogRecord($"line {i}", at: Some.Time.AddSeconds(i)))]);
        await database.ExecuteAsync("update rollup_severity set last_arrival = now() - interval '20 days'");
        await pipeline.Get<RollupRetention>().RunOnceAsync(Cancellation);

        var shown = new List<OverviewSnapshot>();
        await foreach (var snapshot in pipeline.Get<IOverviewFeed>().WatchAsync(new OverviewView(TimeRange.Between(Some.Time, Some.Time.AddMinutes(5))), Cancellation))
        {
            shown.Add(snapshot);
        }

        Assert.Equal([60L, 60L, 60L, 60L, 60L], shown[^1].Chart!.Buckets.Select(bucket => bucket.Counts.Sum()));
        Assert.Equal(1, shown[^1].Numbers!.EventsPerSecond.Value);
    }

    [Fact]
    public async Task Watch_RetentionTookEveryLine_TheCountsStay()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.LogRecord("old", at: TimeProvider.System.GetUtcNow()));
        await database.ExecuteAsync("delete from log_segment_ranges");

        await using var watch = pipeline.Get<IOverviewFeed>().WatchAsync(new OverviewView(TimeRange.Last(s_quarter)), Cancellation).GetAsyncEnumerator(Cancellation);

        Assert.True((await NextAsync(watch, snapshot => snapshot.ReadAt is not null && Total(snapshot) == 1)).HasRecords);
    }

    [Fact]
    public async Task Watch_SomethingStoredWasDeleted_KeepsTheLinesThatAreLeft()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.LogRecord("real 1", at: TimeProvider.System.GetUtcNow()), Some.LogRecord("real 2", at: TimeProvider.System.GetUtcNow()));
        await using var watch = pipeline.Get<IOverviewFeed>().WatchAsync(new OverviewView(TimeRange.Last(s_quarter)), Cancellation).GetAsyncEnumerator(Cancellation);
        await NextAsync(watch, snapshot => snapshot.Lines.Newest.Count == 2);

        await pipeline.Get<LogPipeline>().RunBetweenBatchesAsync(_ => Task.CompletedTask, Cancellation);
        await pipeline.SendAsync(Some.LogRecord("real 3", at: TimeProvider.System.GetUtcNow()));

        var lines = (await NextAsync(watch, snapshot => snapshot.Lines.Newest.Any(line => line.Body == "real 3"))).Lines;
        Assert.Equal(["real 1", "real 2", "real 3"], lines.Newest.Select(line => line.Body).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Watch_EmptyConsole_SaysThatThereIsNothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await using var watch = pipeline.Get<IOverviewFeed>().WatchAsync(new OverviewView(TimeRange.Last(s_quarter)), Cancellation).GetAsyncEnumerator(Cancellation);

        Assert.False((await NextAsync(watch, snapshot => snapshot.ReadAt is not null)).HasRecords);
    }

    [Fact]
    public async Task WatchStatus_CountsLateAndDeadLetters()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var now = TimeProvider.System.GetUtcNow();
        await pipeline.SendAsync(
            Some.LogRecord(at: now), Some.LogRecord(at: now.AddMinutes(-5), arrived: now), Some.LogRecord(at: now, attributes: "{broken", line: 3));

        await foreach (var status in pipeline.Get<IOverviewFeed>().WatchStatusAsync(Cancellation))
        {
            Assert.Equal((1, 1, 0), (status.Late, status.DeadLetters, status.Dropped));
            Assert.Equal(["shop"], status.Services);
            break;
        }
    }

    private static async Task<OverviewSnapshot> NextAsync(IAsyncEnumerator<OverviewSnapshot> watch, Func<OverviewSnapshot, bool> wanted)
    {
        while (await watch.MoveNextAsync())
        {
            if (wanted(watch.Current))
            {
                return watch.Current;
            }
        }

        throw new InvalidOperationException("the watch ended before the value came");
    }

    private static long Total(OverviewSnapshot snapshot) => snapshot.Chart?.Buckets.Sum(bucket => bucket.Counts.Sum()) ?? -1;
}
