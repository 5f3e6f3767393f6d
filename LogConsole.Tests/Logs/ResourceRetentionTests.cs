using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Tests.TestSupport;
using Npgsql;

namespace LogConsole.Tests.Logs;

public sealed class ResourceRetentionTests(PostgresFixture postgres)
{
    private const string TextsSql = "select coalesce(string_agg(json ->> 'pod', ' ' order by json ->> 'pod'), '') from resources";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunOnce_SegmentDropped_ItsResourcesGo_AndThoseOfKeptSegmentsStay()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await StartAsync(database);
        await FillSegmentAsync(pipeline, Pod("a"), Pod("shared"));
        await FillSegmentAsync(pipeline, Pod("b"), Pod("shared"));
        await pipeline.SendAsync(Some.LogRecord("now", resource: Pod("c")));
        Assert.Equal(0, await pipeline.Get<ResourceRetention>().RunOnceAsync(Cancellation));

        await database.ExecuteAsync("drop table logs_1; delete from log_segments where id = 1");

        Assert.Equal(1, await pipeline.Get<ResourceRetention>().RunOnceAsync(Cancellation));
        Assert.Equal("b c shared", await database.ScalarAsync<string>(TextsSql));
    }

    [Fact]
    public async Task RunOnce_RemovedResourceComesAgain_IsWrittenAgain()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await StartAsync(database);
        await FillSegmentAsync(pipeline, Pod("a"));
        await pipeline.SendAsync(Some.LogRecord("now", resource: Pod("b")));
        await database.ExecuteAsync("drop table logs_1; delete from log_segments where id = 1");
        Assert.Equal(1, await pipeline.Get<ResourceRetention>().RunOnceAsync(Cancellation));

        await pipeline.SendAsync(Some.LogRecord("again", resource: Pod("a")));

        Assert.Equal("a b", await database.ScalarAsync<string>(TextsSql));
        var page = await pipeline.Get<ILogStore>().QueryAsync(new LogFilter(), 10, null, Cancellation);
        Assert.All(page.Rows, row => Assert.NotNull(row.Resource));
    }

    [Fact]
    public async Task RunOnce_CommitHasTakenTheResourceUp_LeavesIt()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await UnusedResourceAsync(database);
        await using var commit = await database.Source.OpenConnectionAsync(Cancellation);
        await using (var transaction = await commit.BeginTransactionAsync(Cancellation))
        {
            await ExecuteAsync(commit, "insert into segment_resources values (1, 7)");
            Assert.Equal(0, await new ResourceRetention(database.Database).RunOnceAsync(Cancellation));
            await transaction.CommitAsync(Cancellation);
        }

        Assert.Equal(0, await new ResourceRetention(database.Database).RunOnceAsync(Cancellation));
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from resources"));
    }

    [Fact]
    public async Task CommitWhileTheResourceIsBeingDeleted_WaitsAndWritesItAgain()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await UnusedResourceAsync(database);
        await using var retention = await database.Source.OpenConnectionAsync(Cancellation);
        await using var transaction = await retention.BeginTransactionAsync(Cancellation);
        await ExecuteAsync(retention, "delete from resources where id = 7");

        await using var commit = await database.Source.OpenConnectionAsync(Cancellation);
        var taking = ExecuteAsync(commit, "insert into resources values (7, '{}') on conflict (id) do nothing; insert into segment_resources values (1, 7)");
        while (await database.ScalarAsync<long>("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'") == 0)
        {
            Assert.False(taking.IsCompleted);
        }

        await transaction.CommitAsync(Cancellation);
        await taking;
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from resources r join segment_resources s on s.resource_id = r.id"));
    }

    [Fact]
    public async Task RecordsThatAreAllRefused_TeachNothing()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await StartAsync(database);

        // The search for the broken record writes its resource and rolls back.
        await pipeline.SendAsync(Some.LogRecord("bad", attributes: "{broken", resource: Pod("a")));
        await pipeline.SendAsync(Some.LogRecord("good", resource: Pod("a")));

        Assert.Equal("a", await database.ScalarAsync<string>(TextsSql));
    }

    private static Task<PipelineHarness> StartAsync(TestDatabase database) => PipelineHarness.StartAsync(
        database, services => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<LogsOptions>(services, options => options.SegmentBytes = 100_000));

    private static Task<DeliveryOutcome> FillSegmentAsync(PipelineHarness pipeline, params SharedJson[] resources) =>
        pipeline.SendAsync([.. Enumerable.Range(0, 1_000).Select(i => Some.LogRecord($"line {i} {new string('x', 100)}", resource: resources[i % resources.Length]))]);

    private static SharedJson Pod(string name) => SharedJson.Create(System.Text.Encoding.UTF8.GetBytes($$"""{"pod":"{{name}}"}"""));

    private static Task UnusedResourceAsync(TestDatabase database) => database.ExecuteAsync(
        "insert into log_segments (created_at) values (now()); insert into resources values (7, '{}')");

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
