using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Pipeline;
using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Logs;

public sealed class RetentionTests(PostgresFixture postgres)
{
    private static readonly LogsOptions s_limits = new() { RetentionAge = TimeSpan.FromDays(7), RetentionBytes = 1_000 };

    [Fact]
    public void ToDrop_OldAndOversize_OldestFirst_NeverTheOpenOne()
    {
        var now = Some.Time;
        var old = Segment(1, now.AddDays(-9), closed: true);
        var large = Segment(2, now.AddDays(-3), closed: true);
        var recent = Segment(3, now.AddDays(-2), closed: true);
        var open = Segment(4, now, closed: false);

        Assert.Equal([old], RetentionPlan.ToDrop([(old, 1), (large, 900), (recent, 50), (open, 50)], s_limits, now));
        Assert.Equal([old, large], RetentionPlan.ToDrop([(old, 1), (large, 900), (recent, 50), (open, 100)], s_limits, now));
        Assert.Equal([old, large, recent], RetentionPlan.ToDrop([(old, 1), (large, 900), (recent, 50), (open, 5_000)], s_limits, now));
        Assert.Empty(RetentionPlan.ToDrop([(open, 5_000)], s_limits, now));
    }

    [Fact]
    public async Task RunOnce_DropsWholeSegments_AndIngestGoesOn()
    {
        var log = new SaidByRetention();
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database, services => services.AddSingleton<ILogger<SegmentRetention>>(log).Configure<LogsOptions>(options =>
        {
            options.SegmentBytes = 50_000;
            options.RetentionBytes = 1_000_000;
        }));
        for (var d = 0; d < 12; d++)
        {
            await pipeline.SendAsync([.. Enumerable.Range(0, 1_000).Select(i => Some.LogRecord($"batch {d} line {i} {new string('x', 100)}"))]);
        }

        var before = await database.ScalarAsync<long>("select count(*) from log_segments");
        await pipeline.Get<SegmentRetention>().RunOnceAsync(lease: null, TestContext.Current.CancellationToken);

        Assert.True(before > 5);
        Assert.NotEmpty(log.Messages);
        Assert.All(log.Messages, message => Assert.Matches(@"^Retention dropped logs_\d+: \d+ rows, newest event \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", message));
        Assert.InRange(await pipeline.Get<SegmentRetention>().DiskBytesAsync(TestContext.Current.CancellationToken), 1, 1_000_000);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from logs where body like 'batch 0 %'"));
        Assert.Equal(1_000, await database.ScalarAsync<long>("select count(*) from logs where body like 'batch 11 %'"));
        Assert.Equal(1, (await pipeline.SendAsync(Some.LogRecord("after"))).Stored);
    }

    [Fact]
    public async Task RunOnce_ByAnInstanceThatWasCutOff_DropsNothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database, services => services.Configure<LogsOptions>(options => options.RetentionBytes = 1));
        await pipeline.SendAsync(Some.LogRecord("kept"));
        await database.ExecuteAsync("update log_segments set closed_at = now(); insert into singleton_jobs (name, token, holder, acquired_at) values ('retention', 2, 'test', now())");
        Task RunAsync(long token) => pipeline.Get<SegmentRetention>().RunOnceAsync(new JobLease("retention", token, CancellationToken.None), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<JobLeaseLostException>(() => RunAsync(1));
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from log_segments"));
        await RunAsync(2);
        Assert.Equal(0, await database.ScalarAsync<long>("select count(*) from log_segments"));
    }

    [Fact]
    public async Task SegmentDroppedUnderTheWriter_TheBatchGoesToANewOne()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.LogRecord("first"));
        await database.ExecuteAsync("drop table logs_1; delete from log_segments");

        Assert.Equal(1, (await pipeline.SendAsync(Some.LogRecord("second"))).Stored);
        Assert.Equal("second", await database.ScalarAsync<string>("select body from logs"));
    }

    [Fact]
    public void DiskGuard_HoldsBelowTheLimit_AndReleasesOnePointAbove()
    {
        var disk = new FixedDisk { Free = 4.9 };
        var gate = new IngestGate();
        var counters = new PipelineCounters(
            new LogConsole.Ingestion.IngestionQueue(Options.Create(new LogConsole.Ingestion.IngestionOptions()), TimeProvider.System), gate, TimeProvider.System);
        using var guard = new DiskGuard(disk, gate, Options.Create(new LogsOptions()), TimeProvider.System, NullLogger<DiskGuard>.Instance);

        guard.Check();
        Assert.Contains("only 4.9 % of the disk is free", gate.Reason, StringComparison.Ordinal);
        counters.Set(PipelineCondition.Running);
        Assert.Equal((PipelineCondition.Paused, gate.Reason), (counters.Snapshot().Condition, counters.Snapshot().Reason));
        disk.Free = 5.5;
        guard.Check();
        Assert.NotNull(gate.Reason);
        disk.Free = 6;
        guard.Check();
        Assert.Null(gate.Reason);
    }

    private static LogSegment Segment(int id, DateTimeOffset lastArrival, bool closed) =>
        new(id, lastArrival, closed ? lastArrival : null, 1, 1, lastArrival, lastArrival, lastArrival);

    private sealed class FixedDisk : IDiskSpace
    {
        public double? Free { get; set; }

        public double? FreePercent() => Free;
    }

    private sealed class SaidByRetention : ILogger<SegmentRetention>
    {
        public List<string> Messages { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Messages.Add(formatter(state, exception));
    }
}
