using LogConsole.Ingestion;
using LogConsole.Ingestion.Simulator;
using LogConsole.Logs;
using LogConsole.Patterns;
using LogConsole.Pipeline;
using LogConsole.Pipeline.Names;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Simulator;

public sealed class DemoStreamTests(PostgresFixture postgres)
{
    private static readonly string[] s_tables =
        ["services", "sources", "templates", "rollup_severity", "rollup_template", "rollup_arrival", "watermarks", "logs", "log_segment_ranges", "log_search_blocks", "log_search_filters", "dead_letters"];

    [Fact]
    public async Task Stream_NothingElseConfigured_RunsByItself_AndItsServicesAreDemo()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var demo = await DemoHarness.StartAsync(database);

        var state = await demo.WaitAsync(state => state.RecordsSent > 1_000 && state.Planned.Count != 0);

        Assert.Equal((true, true, false, false, 2_000, "shop"), (state.Running, state.DemoData, state.RealData, state.OfferClear, state.EventsPerSecond, state.Scenario));
        Assert.Equal("payment_gateway_timeouts", Assert.Single(state.Planned).Kind);
        Assert.All(demo.Pipeline.Get<ServiceCatalog>().All, service => Assert.True(service.IsDemo));
        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from dead_letters"));
    }

    [Theory]
    [InlineData("configured source")]
    [InlineData("real records")]
    public async Task Stream_SomethingElseIsThere_DoesNotRunByItself_ButOnRequest(string what)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        if (what == "real records")
        {
            await database.ExecuteAsync("insert into services (name, demo, created_at) values ('shop', false, now())");
        }

        await using var demo = await DemoHarness.StartAsync(database, null, new ConfiguredSource(what == "configured source"));
        await demo.Control.TuneAsync(100, null, null, TestContext.Current.CancellationToken);
        Assert.False((await demo.Control.StateAsync(TestContext.Current.CancellationToken)).Running);

        Assert.True(await demo.Control.StartAsync(TestContext.Current.CancellationToken));
        var state = await demo.WaitAsync(state => state.RecordsSent > 0);
        Assert.Equal(100, state.EventsPerSecond);
    }

    [Fact]
    public async Task Stream_SwitchedOff_DoesNotStartOnRequest()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var demo = await DemoHarness.StartAsync(database, options => options.Enabled = false);

        Assert.False(await demo.Control.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal((false, false), await demo.WaitAsync(_ => true) is var state ? (state.Allowed, state.Running) : default);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(3_600, 3_600)]
    public async Task Inject_BeginsWhenAsked_ButNotBeforeTheStreamCanNotice(int inSeconds, int notBeforeSeconds)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var demo = await DemoHarness.StartAsync(database);
        await demo.WaitAsync(state => state.Running);
        var asked = TimeProvider.System.GetUtcNow();

        var fault = await demo.Control.InjectAsync(
            "cache_outage", "cache", asked.AddSeconds(inSeconds), TimeSpan.FromMinutes(5), 1, 4, TestContext.Current.CancellationToken);

        Assert.True(fault!.From >= asked.AddSeconds(notBeforeSeconds));
        Assert.Equal(TimeSpan.FromMinutes(5), fault.To - fault.From);
    }

    [Fact]
    public async Task Stop_NothingComesAfterIt_AndARestartLeavesItStopped()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using (var demo = await DemoHarness.StartAsync(database))
        {
            await demo.WaitAsync(state => state.RecordsSent > 500);
            await demo.Control.InjectAsync("cache_outage", "cache", null, TimeSpan.FromMinutes(5), 1, 4, TestContext.Current.CancellationToken);
            await demo.Control.InjectAsync("bad_deploy", "auth", TimeProvider.System.GetUtcNow().AddHours(1), TimeSpan.FromMinutes(5), 1, 4, TestContext.Current.CancellationToken);
            await demo.WaitAsync(state => state.Active.Count == 1);

            await demo.Control.StopAsync(TestContext.Current.CancellationToken);
            Assert.Null(await demo.Control.InjectAsync("bad_deploy", "auth", null, TimeSpan.FromMinutes(5), 1, 4, TestContext.Current.CancellationToken));
            Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from simulator_faults"));

            var rows = await database.ScalarAsync<long>("select count(*) from logs");
            var state = await demo.Control.StateAsync(TestContext.Current.CancellationToken);
            Assert.Equal((false, 0, 0, rows), (state.Running, state.Active.Count, state.Planned.Count, state.RecordsSent));
        }

        // Written while nothing was sent, and longer than anything was.
        await database.ExecuteAsync(
            """
            insert into simulator_faults (scenario, kind, service, starts_at, ends_at, intensity, seed, scheduled, created_at)
            select 'shop', 'bad_deploy', 'auth', streamed_until + interval '1 ms', streamed_until + interval '1 min', 1, 1, false, now() from simulator_state;
            update simulator_faults set ends_at = ends_at + interval '1 hour' where kind = 'cache_outage'
            """);
        await using var again = await DemoHarness.StartAsync(database);
        var truth = Assert.Single(await again.Control.TruthAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken));
        Assert.Equal(("cache_outage", "cache", false), (truth.Kind, truth.RootService, truth.Scheduled));
        Assert.True(truth.To <= TimeProvider.System.GetUtcNow() && truth.To > truth.From);
        Assert.Equal(["cache", "catalog", "cart", "db"], truth.Affected);
        Assert.False((await again.Control.StateAsync(TestContext.Current.CancellationToken)).Running);
    }

    [Fact]
    public async Task Truth_FaultUnderWay_NamesTheMinedTemplatesOfItsRoot()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var demo = await DemoHarness.StartAsync(database);
        await demo.WaitAsync(state => state.RecordsSent > 500);
        await demo.Control.InjectAsync("password_brute_force", "auth", null, TimeSpan.FromMinutes(5), 1, 4, TestContext.Current.CancellationToken);

        IReadOnlyList<SimulatorTruth> truth;
        do
        {
            await demo.WaitAsync(state => state.Running);
            truth = await demo.Control.TruthAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken);
        }
        while (!truth.SelectMany(fault => fault.RootTemplates).Any(template => template.TemplateIds.Count > 0));

        var template = truth.Single().RootTemplates.Single(template => template.Text.Contains("refused account", StringComparison.Ordinal));
        var id = Assert.Single(template.TemplateIds);
        Assert.True(demo.Pipeline.Get<TemplateCatalog>().TryGet(int.Parse(id), out var mined));
        Assert.StartsWith("login refused account=", mined.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gate_Held_MakesNothing_AndGoesOnAtThePresent()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var demo = await DemoHarness.StartAsync(database);
        await demo.WaitAsync(state => state.RecordsSent > 500);

        demo.Pipeline.Get<IngestGate>().Hold("test", "held by a test");
        var held = await demo.WaitAsync(state => state.Held is not null);
        Assert.Equal("held by a test", held.Held);
        demo.Pipeline.Get<IngestGate>().Release("test");
        await demo.WaitAsync(state => state.RecordsSent > held.RecordsSent + 500);
    }

    [Fact]
    public async Task Clear_WhileStreaming_LeavesExactlyTheRealRecords()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var demo = await DemoHarness.StartAsync(database);
        await demo.WaitAsync(state => state.RecordsSent > 1_000);

        // A real service with the name of a demo one, before and after.
        await demo.Pipeline.SendAsync([.. Enumerable.Range(0, 50).Select(n => Some.LogRecord($"real line {n} of web", "web", at: TimeProvider.System.GetUtcNow()))]);
        await demo.Pipeline.SendAsync(Some.LogRecord("another one", "shop", SeverityNumber.Error, at: TimeProvider.System.GetUtcNow()));
        await database.ExecuteAsync("insert into dead_letters (source, line, reason, observed, service, demo, record, created_at) values ('simulator', 1, 'r', now(), 'web', true, '{}', now())");
        await demo.WaitAsync(state => state.OfferClear && state.RecordsSent > 2_000);

        await demo.Control.ClearAsync(TestContext.Current.CancellationToken);

        Assert.Equal((false, false, true, false), await demo.WaitAsync(_ => true) is var state ? (state.Running, state.DemoData, state.RealData, state.OfferClear) : default);
        await using (var connection = await database.Source.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            Assert.Equal(StoredFigures.Of(51), await StoredFigures.ReadAsync(connection));
            Assert.Equal(["shop|False", "web|False"], await StoredFigures.RowsAsync(connection, "select name, demo from services order by name"));
            Assert.Equal(["test"], await StoredFigures.RowsAsync(connection, "select name from sources where name <> 'flush'"));
            Assert.Equal(["test"], await StoredFigures.RowsAsync(connection, "select source from watermarks"));
        }

        var page = await demo.Pipeline.Get<TemplateStore>().QueryAsync(new PatternFilter(), TestContext.Current.CancellationToken);
        Assert.Equal([50L, 1L], page.Patterns.Select(item => item.Count));
        Assert.Equal(2, demo.Pipeline.Get<TemplateCatalog>().Count);
        var found = await demo.Pipeline.Get<ILogStore>().QueryAsync(new LogFilter(), 1_000, null, TestContext.Current.CancellationToken);
        Assert.Equal(51, found.Rows.Count);

        // What the System page tells of queue and retention is of what is left.
        Assert.Equal((0L, 0L, 0), demo.Pipeline.Get<IngestionQueue>().Level);
        Assert.Equal(
            await database.ScalarAsync<DateTime>("select min(ts) from logs"),
            (await demo.Pipeline.Get<SegmentCatalog>().ListAsync(TestContext.Current.CancellationToken)).Min(segment => segment.From)!.Value.UtcDateTime);

        // Mining and naming go on from what is stored, and the demo can come back.
        await demo.Pipeline.SendAsync(Some.LogRecord("real line 99 of web", "web", at: TimeProvider.System.GetUtcNow()));
        await demo.Control.StartAsync(TestContext.Current.CancellationToken);
        await demo.WaitAsync(state => state is { Running: true, DemoData: true });
        await demo.Control.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from logs l where not exists (select from services s where s.id = l.service_id) or not exists (select from templates t where t.id = l.template_id)"));
    }

    [Fact]
    public async Task Clear_OnlyDemo_LeavesEveryTableEmpty()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var demo = await DemoHarness.StartAsync(database);
        await demo.WaitAsync(state => state.RecordsSent > 1_000);
        await demo.Control.StopAsync(TestContext.Current.CancellationToken);
        var before = (await demo.Control.StateAsync(TestContext.Current.CancellationToken)).RecordsSent;

        // One segment that is full of demo rows and closed, one that is open.
        await database.ExecuteAsync("update log_segments set closed_at = now()");
        await demo.Pipeline.Get<LogPipeline>().RunBetweenBatchesAsync(_ => Task.CompletedTask, TestContext.Current.CancellationToken);
        await demo.Control.StartAsync(TestContext.Current.CancellationToken);
        await demo.WaitAsync(state => state.RecordsSent > before + 500);
        Assert.Equal(2L, await database.ScalarAsync<long>("select count(*) from log_segments"));
        await demo.Control.InjectAsync("cache_outage", "cache", null, TimeSpan.FromMinutes(5), 1, 4, TestContext.Current.CancellationToken);
        await demo.WaitAsync(state => state.Active.Count == 1);

        await demo.Control.ClearAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await demo.Control.TruthAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, TestContext.Current.CancellationToken));
        Assert.Equal(0L, await database.ScalarAsync<long>("select count(*) from simulator_faults"));
        foreach (var table in s_tables)
        {
            Assert.True(await database.ScalarAsync<long>($"select count(*) from {table}{(table == "sources" ? " where name <> 'flush'" : "")}") == 0, table);
        }

        Assert.Equal(1L, await database.ScalarAsync<long>("select count(*) from log_segments"));
    }

    private sealed record ConfiguredSource(bool IsConfigured) : IConfiguredSource;
}
