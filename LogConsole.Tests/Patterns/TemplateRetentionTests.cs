using LogConsole.Patterns;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Patterns;

public sealed class TemplateRetentionTests(PostgresFixture postgres)
{
    private const int MaxClusters = 16;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunOnce_EvictedOldTemplates_AreDeletedAndNothingElse()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var time = new FakeTimeProvider();
        await InsertAsync(database, time.GetUtcNow());
        await database.ExecuteAsync("""
            insert into rollup_template (window_start, template_id, writer, count, last_arrival) values (now(), 2, 0, 1, now());
            update templates set created_at = created_at + interval '9 days' where id = 3;
            update templates set text = '<*>', miner_state = '1 1 \*' where id = 4
            """);
        var catalog = new TemplateCatalog();
        catalog.Set(new LogTemplate(5, 1, "t5", 1, default, default));
        var retention = new TemplateRetention(database.Database, catalog, Options.Create(new DrainOptions { MaxClusters = MaxClusters }), time);

        // Of 40, 16 would be loaded: the catch-all (4) and 26 to 40. Of the others 2 is counted by a rollup, 3 is new, 5 is in memory.
        Assert.Equal(40 - 16 - 3, await retention.RunOnceAsync(TimeSpan.FromDays(7), Cancellation));
        var left = await database.ScalarAsync<int[]>("select array_agg(id order by id) from templates");
        Assert.Equal([2, 3, 4, 5, .. Enumerable.Range(26, 15)], left);
        Assert.Equal(0, await retention.RunOnceAsync(TimeSpan.FromDays(7), Cancellation));
    }

    [Fact]
    public async Task RunOnce_SeenWithinTheLogsRetention_IsKept()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var time = new FakeTimeProvider();
        await InsertAsync(database, time.GetUtcNow());
        var retention = new TemplateRetention(
            database.Database, new TemplateCatalog(), Options.Create(new DrainOptions { MaxClusters = MaxClusters }), time);
        Assert.Equal(0, await retention.RunOnceAsync(TimeSpan.FromDays(11), Cancellation));
        Assert.Equal(40, await database.ScalarAsync<long>("select count(*) from templates"));
    }

    // 40 templates of one service, ten days old, the higher its id the later a template was seen.
    private static Task InsertAsync(TestDatabase database, DateTimeOffset now) => database.ExecuteAsync($"""
        insert into services (name, demo, created_at) values ('shop', false, now());
        insert into templates (service_id, text, miner_state, count, first_seen, last_seen, created_at)
        select 1, 't' || n, '1 0 t' || n, 1, at, at + n * interval '1 second', at
        from (select timestamptz '{now:O}' - interval '10 days' as at) old, generate_series(1, 40) as n
        """);
}
