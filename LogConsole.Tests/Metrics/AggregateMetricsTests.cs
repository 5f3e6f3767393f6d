using LogConsole.Ingestion;
using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Metrics;

public sealed class AggregateMetricsTests(PostgresFixture postgres)
{
    private const string SeverityRows =
        "select string_agg(format('%s %s %s %s', extract(epoch from window_start), s.name, severity, count), E'\\n' order by window_start, s.name, severity) " +
        "from (select window_start, service_id, severity, sum(count) as count from rollup_severity group by 1, 2, 3) r join services s on s.id = r.service_id";

    private const string TemplateRows =
        "select string_agg(format('%s %s %s', extract(epoch from window_start), text, count), E'\\n' order by window_start, text) " +
        "from (select window_start, t.text, sum(r.count) as count from rollup_template r join templates t on t.id = r.template_id group by 1, 2) sums";

    [Fact]
    public async Task SameRecords_HoweverBatchedAndWheneverReceived_GiveTheSameRollups()
    {
        var slow = await RollupsOfAsync(records: Records(arrived: at => at.AddMilliseconds(40)), perDelivery: 7, maxBatch: 7);
        var fast = await RollupsOfAsync(records: Records(arrived: _ => Some.Time.AddDays(3)), perDelivery: 1_000, maxBatch: 100_000);
        var old = await RollupsOfAsync(records: Records(arrived: _ => Some.Time.AddYears(20)), perDelivery: 1, maxBatch: 3_000);

        Assert.Equal(slow, fast);
        Assert.Equal(slow, old);
        Assert.NotEmpty(slow.Severity);
    }

    [Fact]
    public async Task LateRecords_AreCountedIntoTheirWindow_AndAsLate_HoweverBatched()
    {
        LogRecord[] records =
        [
            Some.LogRecord(at: Some.Time, arrived: Some.Time.AddYears(1)),
            Some.LogRecord(at: Some.Time.AddSeconds(45), arrived: Some.Time.AddYears(1)),
            Some.LogRecord(at: Some.Time.AddSeconds(1), arrived: Some.Time.AddYears(1)),
            Some.LogRecord(at: Some.Time.AddSeconds(46), arrived: Some.Time.AddYears(1)),
        ];
        foreach (var perDelivery in new[] { 1, 4 })
        {
            await using var database = await postgres.CreateDatabaseAsync();
            await using var pipeline = await PipelineHarness.StartAsync(database);
            foreach (var part in records.Chunk(perDelivery))
            {
                await pipeline.SendAsync(part);
            }

            Assert.Equal(1, await database.ScalarAsync<decimal>("select sum(late) from rollup_arrival"));
            Assert.Equal(2, await database.ScalarAsync<decimal>("select sum(count) from rollup_severity where window_start = '2026-11-20 10:00:00Z'"));
            Assert.Equal(1, pipeline.Counters.Snapshot().Late);
            Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from logs where flags & 256 <> 0"));
        }
    }

    [Fact]
    public async Task OrderedFileThatEndsNow_HasNoLateRecords()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync([.. Enumerable.Range(0, 840).Select(i => Some.LogRecord(at: Some.Time.AddSeconds(i), arrived: Some.Time.AddSeconds(841)))]);
        Assert.Equal(0, await database.ScalarAsync<decimal>("select sum(late) from rollup_arrival"));
    }

    [Fact]
    public async Task ClockFarAhead_DoesNotMakeOthersLate()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.LogRecord(at: Some.Time.AddYears(30), arrived: Some.Time, flags: LogRecordFlags.FarFuture), Some.LogRecord());
        Assert.Equal(0, await database.ScalarAsync<decimal>("select sum(late) from rollup_arrival"));
    }

    [Fact]
    public async Task Restart_KeepsTheSourcesClock()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using (var first = await PipelineHarness.StartAsync(database))
        {
            await first.SendAsync(Some.LogRecord(at: Some.Time.AddMinutes(10), arrived: Some.Time.AddYears(1)));
        }

        await using var second = await PipelineHarness.StartAsync(database);
        await second.SendAsync(Some.LogRecord(at: Some.Time, arrived: Some.Time.AddYears(1)));
        Assert.Equal(1, second.Counters.Snapshot().Late);
    }

    private static LogRecord[] Records(Func<DateTimeOffset, DateTimeOffset> arrived)
    {
        var random = new Random(7);
        string[] services = ["web", "checkout", "payment", "db"];
        byte[] severities = [SeverityNumber.Info, SeverityNumber.Info, SeverityNumber.Warn, SeverityNumber.Error];
        return
        [
            .. Enumerable.Range(0, 3_000).Select(i =>
            {
                var at = Some.Time.AddMilliseconds((i * 100) + random.Next(-4_000, 4_000));
                return Some.LogRecord(
                    $"request {random.Next()} took {random.Next(1, 900)} ms", services[random.Next(4)], severities[random.Next(4)], at, arrived(at));
            }),
        ];
    }

    private async Task<(string Severity, string Templates)> RollupsOfAsync(LogRecord[] records, int perDelivery, int maxBatch)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(
            database, services => services.Configure<PipelineOptions>(options => options.MaxBatchRecords = maxBatch));
        foreach (var part in records.Chunk(perDelivery))
        {
            await pipeline.Queue.EnqueueAsync(Some.Delivery(part), TestContext.Current.CancellationToken);
        }

        await pipeline.Get<LogPipeline>().FlushAsync(TestContext.Current.CancellationToken);
        return (await database.ScalarAsync<string>(SeverityRows), await database.ScalarAsync<string>(TemplateRows));
    }
}
