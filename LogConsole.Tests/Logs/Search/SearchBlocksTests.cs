using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Logs.Search;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Logs.Search;

public sealed class SearchBlocksTests(PostgresFixture postgres)
{
    private static readonly LogFilter s_needle = new() { Text = "order 7F3A-9921" };

    [Fact]
    public async Task Query_TextFarBack_ReadsOnlyWhereABlockMayHaveIt()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.LogRecord("paid Order 7f3a-9921 at last", at: Some.Time.AddSeconds(-1)));
        await SendHayAsync(pipeline, batches: 5);

        Assert.Equal("paid Order 7f3a-9921 at last", Assert.Single((await QueryAsync(pipeline, s_needle)).Rows).Body);

        // With filters that deny everything the line must be missed: else nobody asked them.
        await database.ExecuteAsync($"update log_search_filters set filter = decode(repeat('00', {BlockFilter.Bytes}), 'hex')");
        Assert.Empty((await QueryAsync(pipeline, s_needle)).Rows);
        Assert.Equal(100, (await QueryAsync(pipeline, new LogFilter { Text = "nothing to see" })).Rows.Count);
    }

    [Fact]
    public async Task Query_TraceFarBack_IsFoundByTheFilters()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var trace = new TraceId(0x0af7651916cd43dd, 0x8448eb211c80319c);
        await pipeline.SendAsync(Some.LogRecord("begin", at: Some.Time.AddSeconds(-1), traceId: trace));
        await SendHayAsync(pipeline, batches: 5);

        Assert.Equal("begin", Assert.Single((await QueryAsync(pipeline, new LogFilter { TraceId = trace })).Rows).Body);
        Assert.Empty((await QueryAsync(pipeline, new LogFilter { TraceId = new TraceId(1, 2) })).Rows);
    }

    [Fact]
    public async Task Where_RowsWithoutAFilter_AreNeverLeftOut()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using (var pipeline = await PipelineHarness.StartAsync(database))
        {
            await pipeline.SendAsync(Some.LogRecord("a growing block", at: Some.Time));
        }

        await using var next = await PipelineHarness.StartAsync(database);
        await next.SendAsync(Some.LogRecord("the next one", at: Some.Time.AddMinutes(30)));
        await next.SendAsync(Some.LogRecord("and more of it", at: Some.Time.AddMinutes(31)));

        Assert.Equal(
            [Range(Some.Time.AddMinutes(30), Some.Time.AddMinutes(31)), Range(Some.Time, Some.Time)],
            await WhereAsync(next, s_needle));
        Assert.Equal(2L, await database.ScalarAsync<long>("select count(*) from log_search_blocks where not filtered"));
    }

    [Fact]
    public async Task Where_TextTooShortForTheFilters_SaysSo()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);

        Assert.Null(await WhereAsync(pipeline, new LogFilter { Text = "oops" }));
    }

    [Fact]
    public async Task Blocks_CoverEveryRow_ThroughSegmentsAndARestart()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        void Configure(IServiceCollection services) => services.Configure<LogsOptions>(options => options.SegmentBytes = 1_000_000);
        await using (var pipeline = await PipelineHarness.StartAsync(database, Configure))
        {
            await SendHayAsync(pipeline, batches: 3);
        }

        await using var next = await PipelineHarness.StartAsync(database, Configure);
        await SendHayAsync(next, batches: 3);

        Assert.True(await database.ScalarAsync<long>("select count(*) from log_segments") > 1);
        Assert.True(await database.ScalarAsync<long>("select count(*) from log_search_filters") > 4);
        Assert.Equal(0L, await database.ScalarAsync<long>(SearchBlockInvariant.SegmentsNotCoveredSql));
    }

    [Fact]
    public async Task Reset_AndRetention_TakeTheBlocksAlong()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await SendHayAsync(pipeline, batches: 1);

        await database.ExecuteAsync("drop table logs_1; delete from log_segments where id = 1");

        Assert.Equal(0L, await database.ScalarAsync<long>("select (select count(*) from log_search_blocks) + (select count(*) from log_search_filters)"));
    }

    [Fact]
    public async Task Where_OldRowsBetweenNewOnes_DoNotStretchTheNewOnesBlocks()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync([.. Enumerable.Range(0, 400).Select(i => Some.LogRecord($"line {i}", at: i % 2 == 0 ? Some.Time.AddSeconds(i) : Some.Time.AddHours(-20).AddSeconds(i)))]);

        Assert.Equal(
            [Range(Some.Time, Some.Time.AddSeconds(398)), Range(Some.Time.AddHours(-20).AddSeconds(1), Some.Time.AddHours(-20).AddSeconds(399))],
            await WhereAsync(pipeline, s_needle));
    }

    // Ten thousand lines a batch, ten seconds of event time each, every one of them different.
    private static async Task SendHayAsync(PipelineHarness pipeline, int batches)
    {
        for (var batch = 0; batch < batches; batch++)
        {
            var first = Some.Time.AddSeconds(10 * batch);
            await pipeline.SendAsync([.. Enumerable.Range(0, 10_000).Select(i => Some.LogRecord($"nothing to see, {batch}/{i * 7919 % 10_007}", at: first.AddMilliseconds(i)))]);
        }
    }

    private static async Task<IReadOnlyList<SearchRange>?> WhereAsync(PipelineHarness pipeline, LogFilter filter) =>
        await pipeline.Get<SearchBlocks>().WhereAsync(
            filter, await pipeline.Get<SegmentCatalog>().ListAsync(TestContext.Current.CancellationToken), Some.Time.AddDays(-1), Some.Time.AddDays(1), TestContext.Current.CancellationToken);

    private static SearchRange Range(DateTimeOffset first, DateTimeOffset last) => new(first, last.AddMicroseconds(1));

    private static Task<LogPage> QueryAsync(PipelineHarness pipeline, LogFilter filter) =>
        pipeline.Get<ILogStore>().QueryAsync(filter, 100, null, TestContext.Current.CancellationToken);
}
