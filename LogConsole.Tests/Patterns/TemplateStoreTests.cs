using LogConsole.Patterns;
using LogConsole.Pipeline;
using LogConsole.Tests.TestSupport;
using LogConsole.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Patterns;

public sealed class TemplateStoreTests(PostgresFixture postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_Batch_StoresTemplatesAndResolvesTheRecords()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var console = await StoredMining.StartAsync(database);
        var ids = await console.CommitAsync(0, ("shop", "order 1 of ada placed"), ("mail", "sent"), ("shop", "order 2 of ada placed"));
        Assert.Equal([1, 2, 1], ids);
        await console.CommitAsync(5_000_000, ("shop", "order 3 of bob placed"));

        var page = await console.Store.QueryAsync(new PatternFilter(), Cancellation);
        Assert.Equal(
            [
                new PatternItem("1", "shop", "order <*> of <*> placed", 3, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddSeconds(5)),
                new PatternItem("2", "mail", "sent", 1, DateTimeOffset.UnixEpoch.AddMicroseconds(1), DateTimeOffset.UnixEpoch.AddMicroseconds(1)),
            ],
            page.Patterns);
        Assert.Null(page.NextCursor);
    }

    [Fact]
    public async Task Write_RolledBackThenRepeated_UsesTheIdsOfTheCommit()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var console = await StoredMining.StartAsync(database);
        await console.CommitAsync(0, ("shop", "sign-in of user ada failed"));

        var doomed = MiningHarness.Batch(("shop", "sign-in of user bob failed"), ("shop", "quite new"));
        await console.WriteAsync(doomed, commit: false);
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from templates"));
        Assert.Equal("sign-in of user ada failed", await database.ScalarAsync<string>("select text from templates"));

        // The rolled-back attempt used up numbers of the identity column: the ids below come from the table, not from memory.
        var change = await console.WriteAsync(doomed, commit: true);
        change.Apply();
        Assert.Equal(doomed.TemplateIds[1], await database.ScalarAsync<int>("select id from templates where text = 'quite new'"));
        Assert.Equal(1, doomed.TemplateIds[0]);
        Assert.Equal(2, await database.ScalarAsync<long>("select count from templates where id = 1"));
        Assert.True(console.Miner.Catalog.TryGet(doomed.TemplateIds[1], out var template));
        Assert.Equal("quite new", template.Text);
    }

    [Fact]
    public async Task Write_SameChangeTwice_ResolvesWithTheSecondIds()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var console = await StoredMining.StartAsync(database);
        var batch = MiningHarness.Batch(("shop", "one"), ("shop", "two words"), ("shop", "one"));
        var change = await console.WriteAsync(batch, commit: false);
        await console.WriteAsync(batch, commit: true, change);
        change.Apply();
        Assert.Equal(batch.TemplateIds[0], await database.ScalarAsync<int>("select id from templates where text = 'one'"));
        Assert.Equal(batch.TemplateIds[1], await database.ScalarAsync<int>("select id from templates where text = 'two words'"));
        Assert.Equal(batch.TemplateIds[0], batch.TemplateIds[2]);
    }

    [Fact]
    public async Task Load_AfterHalfTheLines_ContinuesAsIfNeverStopped()
    {
        var lines = Lines(600);
        await using var uninterrupted = await postgres.CreateDatabaseAsync();
        var one = await StoredMining.StartAsync(uninterrupted);
        var expected = new List<int>();
        foreach (var chunk in lines.Chunk(100))
        {
            expected.AddRange(await one.CommitAsync(0, chunk));
        }

        await using var restarted = await postgres.CreateDatabaseAsync();
        var actual = new List<int>();
        foreach (var chunk in lines.Chunk(100))
        {
            // A new process for every batch.
            var console = await StoredMining.StartAsync(restarted);
            actual.AddRange(await console.CommitAsync(0, chunk));
        }

        Assert.Equal(expected, actual);
        const string all = "select string_agg(concat_ws('|', id, service_id, text, miner_state, count, first_seen, last_seen), E'\\n' order by id) from templates";
        Assert.Equal(await uninterrupted.ScalarAsync<string>(all), await restarted.ScalarAsync<string>(all));
    }

    [Fact]
    public async Task Load_MoreThanTheLimit_TakesTheMostRecentlySeen()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var console = await StoredMining.StartAsync(database);
        for (var i = 0; i < 20; i++)
        {
            await console.CommitAsync(i * 1_000_000L, ("shop", $"{(char)('a' + i)} only"));
        }

        var options = new DrainOptions { MaxClusters = 16 };
        var again = await StoredMining.StartAsync(database, options);
        Assert.Equal(Enumerable.Range(5, 16), again.Miner.Catalog.Snapshot().Select(template => template.Id).Order());
    }

    [Fact]
    public async Task Load_CatchAllNotSeenForLong_IsStillKnown()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var options = new DrainOptions { MaxClusters = 16 };
        var console = await StoredMining.StartAsync(database, options);
        var catchAll = (await console.CommitAsync(0, OnlyNew(0)))[^1];
        Assert.Equal("<*>", await database.ScalarAsync<string>($"select text from templates where id = {catchAll}"));
        Assert.Equal(TemplateCodec.CatchAllState, await database.ScalarAsync<string>($"select miner_state from templates where id = {catchAll}"));
        for (var i = 1; i < 20; i++)
        {
            await console.CommitAsync(i * 1_000_000L, ("shop", $"{(char)('a' + i)} only"));
        }

        var again = await StoredMining.StartAsync(database, options);
        Assert.Equal(catchAll, (await again.CommitAsync(0, OnlyNew(50)))[^1]);
        Assert.Equal(1, await database.ScalarAsync<long>("select count(*) from templates where text = '<*>'"));

        static (string, string)[] OnlyNew(int start) =>
            [.. Enumerable.Range(start, 30).Select(i => ("shop", $"x y {(char)('a' + (i % 26))}{(char)('a' + (i / 26))} {(char)('A' + (i % 26))}{(char)('a' + (i / 26))}"))];
    }

    [Fact]
    public async Task Write_ServiceInTwoLanes_AddsTheCountsOfBoth()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var console = await StoredMining.StartAsync(database);
        await console.CommitAsync(0, ("shop", "sign-in of user ada failed"));
        var batch = MiningHarness.Batch(9_000_000, [.. Enumerable.Repeat(("shop", "sign-in of user ada failed"), 4), ("shop", "sign-in of user bob failed")]);
        await console.WriteAsync(batch, commit: true, lanes: [[4], [0, 1, 2, 3]]);
        Assert.Equal(
            "6|1970-01-01 00:00:00+00|1970-01-01 00:00:09.000004+00|sign-in of user <*> failed",
            await database.ScalarAsync<string>(
                "select concat_ws('|', count, first_seen at time zone 'utc' || '+00', last_seen at time zone 'utc' || '+00', text) from templates"));
    }

    [Fact]
    public async Task Write_TemplateThatWasDeleted_StoresItAgainUnderItsId()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var console = await StoredMining.StartAsync(database);
        await console.CommitAsync(0, ("shop", "order of ada placed"), ("shop", "cart empty"));
        await database.ExecuteAsync("delete from templates where id = 1");
        var ids = await console.CommitAsync(0, ("shop", "order of bob placed"), ("shop", "cart empty"), ("shop", "order of eve placed"));
        Assert.Equal([1, 2, 1], ids);
        Assert.Equal(
            "1|1|order of <*> placed|2,2|1|cart empty|2",
            await database.ScalarAsync<string>("select string_agg(concat_ws('|', id, service_id, text, count), ',' order by id) from templates"));
        var again = await StoredMining.StartAsync(database);
        ids = await again.CommitAsync(0, ("shop", "order of kim placed"));
        Assert.Equal([1], ids);
    }

    [Fact]
    public async Task Load_StateOfAnotherVersion_IsLeftOutAndTheRestLoads()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var console = await StoredMining.StartAsync(database);
        await console.CommitAsync(0, ("shop", "one"), ("shop", "two words"));
        await database.ExecuteAsync("update templates set miner_state = '99 from the future' where id = 1");
        var again = await StoredMining.StartAsync(database);
        var ids = await again.CommitAsync(0, ("shop", "one"), ("shop", "two words"));
        Assert.Equal([3, 2], ids);
    }

    [Fact]
    public async Task Query_Filters_SelectAndPage()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var console = await StoredMining.StartAsync(database);
        await console.CommitAsync(
            0, ("shop", "disk a%_full"), ("shop", "disk a%_full"), ("shop", "cart empty"), ("mail", "Cart gone"), ("mail", "Cart gone"), ("mail", "x"));
        await database.ExecuteAsync("""
            insert into rollup_template (window_start, template_id, writer, count, last_arrival) values
                ('2026-11-20T10:00:00Z', 1, 0, 5, now()), ('2026-11-20T10:00:00Z', 1, 1, 2, now()),
                ('2026-11-20T10:00:10Z', 2, 0, 3, now()), ('2026-11-20T10:00:20Z', 3, 0, 9, now())
            """);

        Assert.Equal("1 3", await IdsAsync(new PatternFilter { MinCount = 2 }));
        Assert.Equal("2", await IdsAsync(new PatternFilter { Service = "shop", Query = "CART" }));
        Assert.Equal("1", await IdsAsync(new PatternFilter { Query = "%_" }));
        var at = new DateTimeOffset(2026, 11, 20, 10, 0, 0, TimeSpan.Zero);
        var ranged = await console.Store.QueryAsync(new PatternFilter { From = at, To = at.AddSeconds(20) }, Cancellation);
        Assert.Equal([("1", 7L), ("2", 3L)], ranged.Patterns.Select(pattern => (pattern.Id, pattern.Count)));

        var first = await console.Store.QueryAsync(new PatternFilter { Limit = 3 }, Cancellation);
        Assert.Equal(["3", "1", "4"], first.Patterns.Select(pattern => pattern.Id));
        Assert.NotNull(first.NextCursor);
        var second = await console.Store.QueryAsync(PatternFilter.Of(Query($"?limit=3&cursor={first.NextCursor}")), Cancellation);
        Assert.Equal(["2"], second.Patterns.Select(pattern => pattern.Id));
        Assert.Null(second.NextCursor);

        async Task<string> IdsAsync(PatternFilter filter) =>
            string.Join(' ', (await console.Store.QueryAsync(filter, Cancellation)).Patterns.Select(pattern => pattern.Id).Order(StringComparer.Ordinal));
    }

    private static RequestQuery Query(string text) =>
        new(new DefaultHttpContext { Request = { QueryString = new QueryString(text) } }.Request, Some.Time);

    private static (string, string)[] Lines(int count) => [.. Enumerable.Range(0, count).Select(i => ($"s{i % 3}", (i % 5) switch
    {
        0 => $"request {i} took {i}ms",
        1 => $"user u{(char)('a' + (i % 23))} signed in",
        2 => $"{(char)('a' + (i % 19))}{(char)('a' + (i % 7))} arrived at gate {i % 4}",
        3 => $"\\ state is {(char)('a' + (i / 40))} for é {i}",
        _ => string.Join(' ', Enumerable.Range(0, i % 9).Select(word => $"w{(char)('a' + word)}")),
    }))];

    /// <summary>One console's mining over a database: a restart is a second one.</summary>
    private sealed class StoredMining
    {
        private readonly TestDatabase _database;
        private readonly MineTemplates _stage;
        private readonly Dictionary<string, int> _services = new(StringComparer.Ordinal);

        private StoredMining(TestDatabase database, DrainOptions options)
        {
            _database = database;
            Miner = new TemplateMiner(options, new TemplateCatalog(), NullLogger<TemplateMiner>.Instance);
            _stage = new MineTemplates(Miner, new FakeTimeProvider());
            Store = new TemplateStore(database.Database);
        }

        public TemplateMiner Miner { get; }

        public TemplateStore Store { get; }

        public static async Task<StoredMining> StartAsync(TestDatabase database, DrainOptions? options = null)
        {
            options ??= new DrainOptions { MaxChildren = 4 };
            var console = new StoredMining(database, options);
            await new TemplateLoader(console.Store, console.Miner, Options.Create(options), NullLogger<TemplateLoader>.Instance).LoadAsync(Cancellation);
            return console;
        }

        public async Task<int[]> CommitAsync(long start, params (string, string)[] records)
        {
            var batch = MiningHarness.Batch(start, records);
            (await WriteAsync(batch, commit: true)).Apply();
            return batch.TemplateIds;
        }

        public async Task<MiningChange> WriteAsync(LogBatch batch, bool commit, MiningChange? change = null, int[][]? lanes = null)
        {
            await ResolveServicesAsync(batch);
            if (change is null)
            {
                lanes ??= [[.. Enumerable.Range(0, batch.Records.Length)]];
                change = (MiningChange)_stage.Begin(batch, lanes.Length);
                for (var lane = 0; lane < lanes.Length; lane++)
                {
                    change.Process(lane, lanes[lane]);
                }
            }

            await using var connection = await _database.Source.OpenConnectionAsync(Cancellation);
            await using var transaction = await connection.BeginTransactionAsync(Cancellation);
            await change.WriteAsync(new BatchTransaction(connection, batch, 0), Cancellation);
            if (commit)
            {
                await transaction.CommitAsync(Cancellation);
            }

            return change;
        }

        private async Task ResolveServicesAsync(LogBatch batch)
        {
            for (var i = 0; i < batch.Records.Length; i++)
            {
                var name = batch.Records[i].Service;
                if (!_services.TryGetValue(name, out var id))
                {
                    await _database.ExecuteAsync($"insert into services (name, demo, created_at) values ('{name}', false, now()) on conflict do nothing");
                    id = await _database.ScalarAsync<int>($"select id from services where name = '{name}'");
                    _services.Add(name, id);
                }

                batch.ServiceIds[i] = id;
            }
        }
    }
}
