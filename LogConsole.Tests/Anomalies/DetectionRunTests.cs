using LogConsole.Anomalies;
using LogConsole.Anomalies.Detection;
using LogConsole.Anomalies.Incidents;
using LogConsole.Metrics;
using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace LogConsole.Tests.Anomalies;

/// <summary>Detection on real PostgreSQL: the same windows give the same decisions, however and by whom they are judged.</summary>
public sealed class DetectionRunTests(PostgresFixture postgres)
{
    private const long Start = Windows.Midnight + 3_600;

    private static readonly DateTimeOffset s_start = TumblingWindow.Start(Start);

    [Fact]
    public async Task OnePassOfOldData_ManyLivePassesWithRestarts_AreTheSameDecisions()
    {
        var story = Story().ToList();
        await using var replay = await DetectionHarness.StartAsync(postgres, s_start.AddDays(20));
        await replay.StoreAsync(story);
        replay.Time.Advance(TimeSpan.FromMinutes(10));
        await replay.DetectAsync();

        var random = new Random(1);
        await using var live = await DetectionHarness.StartAsync(postgres, s_start);
        foreach (var pass in story.GroupBy(stored => stored.Window).OrderBy(group => group.Key).Chunk(7))
        {
            live.Time.Jump(TumblingWindow.Start(pass[^1].Key + 1));
            await live.StoreAsync([.. pass.SelectMany(window => window)]);
            switch (random.Next(6))
            {
                case 0:
                    live.Restart();
                    break;
                case 1:
                    await live.TakeOverAsync();
                    live.Restart();
                    break;
                case 2:
                    // Killed before the commit: whatever was judged is judged again.
                    await Assert.ThrowsAsync<JobLeaseLostException>(() => live.StepAsync(new JobLease("detection", 0, default)));
                    live.Restart();
                    break;
            }

            await live.DetectAsync();
        }

        live.Time.Advance(TimeSpan.FromMinutes(30));
        await live.DetectAsync();
        var decisions = await live.DecisionsAsync();
        Assert.Equal(await replay.DecisionsAsync(), decisions);
        Assert.Contains("error_share", decisions, StringComparison.Ordinal);
        Assert.Contains("silence", decisions, StringComparison.Ordinal);
        Assert.Contains("volume", decisions, StringComparison.Ordinal);
        Assert.Contains("resolved", decisions, StringComparison.Ordinal);
        Assert.Equal(0, await live.Database.ScalarAsync<long>("select count(*) from incidents where historical or not notifies"));
        Assert.Equal(0, await replay.Database.ScalarAsync<long>("select count(*) from incidents where not historical or notifies"));
        Assert.Equal(live.Counts.Judged, replay.Counts.Judged);
    }

    [Fact]
    public async Task OneRecordOfLongAgo_HoldsNobodyUp()
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start);
        harness.Time.Jump(TumblingWindow.Start(Start + 30));
        await harness.StoreAsync([new Stored(Start - 80_000_000, "old", 1), .. Enumerable.Range(0, 30).Select(i => new Stored(Start + i, "shop", 10))]);
        harness.Time.Advance(TimeSpan.FromMinutes(1));

        var steps = 0;
        while (await harness.StepAsync(new JobLease("detection", 1, TestContext.Current.CancellationToken)))
        {
            Assert.InRange(++steps, 1, 10);
        }

        Assert.Equal(TumblingWindow.Start(Start + 33), await harness.Database.ScalarAsync<DateTime>(
            "select judged_to from detector_states join services s on s.id = service_id where s.name = 'shop'") is var to ? new DateTimeOffset(to) : default);
    }

    [Fact]
    public async Task Job_FindsExplainsAndTellsWhoWatches()
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start.AddDays(1));
        await harness.StoreAsync([.. Story()]);
        harness.Time.Advance(TimeSpan.FromMinutes(10));
        using var job = ActivatorUtilities.CreateInstance<DetectionJob>(harness.Pipeline.Get<IServiceProvider>(), harness.Database.Database, NullLogger<DetectionJob>.Instance);
        await job.StartAsync(TestContext.Current.CancellationToken);

        var watch = harness.Get<IncidentWatch>();
        var version = 0L;
        while (await harness.Database.ScalarAsync<long>("select count(*) from incidents where explanation is not null") == 0)
        {
            version = await watch.WaitForChangeAsync(version, TestContext.Current.CancellationToken);
        }

        await job.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await harness.Database.ScalarAsync<long>("select count(*) from anomalies where incident_id is null"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    public async Task ResolvedWhileStillGoingOn_OpensAgain_InHoweverManySteps(int windowsAStep)
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start);
        async Task SendAsync(IEnumerable<Stored> windows, int step)
        {
            foreach (var pass in windows.GroupBy(stored => stored.Window).Chunk(step))
            {
                harness.Time.Jump(TumblingWindow.Start(pass[^1].Key + 1));
                await harness.StoreAsync([.. pass.SelectMany(window => window)]);
                await harness.DetectAsync();
            }
        }

        await SendAsync(Quiet(0, 100), 100);
        await SendAsync(Quiet(100, 20).Select(Failing), 20);
        var id = await harness.Database.ScalarAsync<long>("select id from incidents");
        await harness.Get<IncidentStore>().AcknowledgeAsync(id, "ann", null, TestContext.Current.CancellationToken);
        await harness.Get<IncidentStore>().ResolveAsync(id, "ann", null, TestContext.Current.CancellationToken);
        Assert.Equal(id, (await harness.Get<ServiceHealthReader>().ReadAsync(TestContext.Current.CancellationToken)).Single(service => service.Name == "web").IncidentId);

        await SendAsync(Quiet(120, 60).Select(Failing), windowsAStep);

        var again = await harness.Get<IncidentStore>().FindAsync(id, TestContext.Current.CancellationToken);
        Assert.Equal((IncidentState.Open, null, null), (again!.State, again.ResolvedAt, again.ResolvedBy));
        Assert.Equal((null, null), (again.AcknowledgedAt, again.AcknowledgedBy));
        Assert.Equal(
            $"still going on at {TumblingWindow.Start(Start + 133):HH:mm:ss} UTC",
            await harness.Database.ScalarAsync<string>("select string_agg(text, ',') from incident_events where kind = 'reopened'"));

        // By our clock, people's entries and the console's stand in the order they were made.
        var timeline = await harness.Get<IncidentStore>().TimelineAsync(id, TestContext.Current.CancellationToken);
        Assert.Equal(["opened", "acknowledged", "resolved", "reopened"], timeline.Select(entry => entry.Kind));
        Assert.Equal(again.OpenedAt, timeline[0].At);
        Assert.Equal(timeline.OrderBy(entry => entry.At), timeline);

        static Stored Failing(Stored stored) => stored with { Errors = stored.Service == "web" ? 25 : 0 };
    }

    [Fact]
    public async Task LateInstance_CommitsNothing()
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start.AddDays(1));
        await harness.StoreAsync([.. Quiet(0, 400)]);
        var late = await harness.LoadAsync();
        await harness.DetectAsync();
        var judged = await JudgedAsync(harness);

        await Assert.ThrowsAsync<DetectionSupersededException>(() => harness.StepAsync(run: late));
        await harness.TakeOverAsync();
        await harness.StoreAsync([.. Quiet(400, 100)]);
        await Assert.ThrowsAsync<JobLeaseLostException>(() => harness.StepAsync(new JobLease("detection", 1, default)));
        Assert.Equal(judged, await JudgedAsync(harness));
    }

    [Fact]
    public async Task LateRecords_AreCounted_AndRewriteNothing()
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start.AddMinutes(90));
        await harness.StoreAsync([.. Quiet(0, 500)]);
        await harness.DetectAsync();
        var before = await harness.DecisionsAsync();
        Assert.Equal(0, harness.Counts.Late);

        harness.Time.Advance(TimeSpan.FromSeconds(5));
        await harness.StoreAsync([.. Enumerable.Range(100, 30).Select(n => new Stored(Start + n, "web", 5_000, 5_000))]);
        await harness.DetectAsync();
        Assert.Equal(30, harness.Counts.Late);
        Assert.Equal(before, await harness.DecisionsAsync());
        harness.Restart();
        await harness.DetectAsync();
        Assert.Equal(30, harness.Counts.Late);
    }

    [Fact]
    public async Task ConsoleThatWasNotListening_IsNoSilence_AServiceThatDoesNotComeBackIs()
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start.AddDays(1));
        await harness.StoreAsync([.. Quiet(0, 400), .. Quiet(2_000, 400)]);
        await harness.DetectAsync();
        Assert.Equal(0, await harness.Database.ScalarAsync<long>("select count(*) from anomalies"));

        await harness.StoreAsync([.. Quiet(2_400, 100).Where(stored => stored.Service != "cart")]);
        harness.Time.Advance(TimeSpan.FromMinutes(3));
        await harness.DetectAsync();
        Assert.Equal("cart silence", await harness.Database.ScalarAsync<string>("select string_agg(s.name || ' ' || detector, ',') from anomalies a join services s on s.id = a.service_id"));
    }

    [Fact]
    public async Task DemoAndReal_AreNeverInOneIncident_NorEachOthersCompany()
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start.AddDays(1));
        await harness.StoreAsync(
        [
            .. Quiet(0, 400).Where(stored => stored.Service == "web"),
            .. Quiet(0, 500).Where(stored => stored.Service == "web").Select(stored => stored with { IsDemo = true, Errors = stored.Window >= Start + 400 ? 20 : 0 }),
        ]);
        await harness.DetectAsync();
        Assert.Equal("t error_share", await harness.Database.ScalarAsync<string>("select string_agg(i.demo::text::char || ' ' || detector, ',') from incidents i join anomalies a on a.incident_id = i.id"));

        // The only real service is alone: its silence cannot be told from nobody listening.
        await harness.Database.ExecuteAsync("delete from services where demo");
        Assert.Equal(0, await harness.Database.ScalarAsync<long>("select (select count(*) from incidents) + (select count(*) from anomalies) + (select count(*) from incident_events)"));
    }

    [Fact]
    public async Task ServicesBeyondTheLimit_AreCounted()
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start.AddDays(1), options => options.MaxServices = 1);
        await harness.StoreAsync([.. Quiet(0, 10)]);
        await harness.DetectAsync();
        Assert.Equal(1, harness.Counts.Unwatched);
        Assert.Equal(1, await harness.Database.ScalarAsync<long>("select count(*) from detector_states"));
    }

    [Fact]
    public async Task Reset_EmptiesTheRoom_AndARunGoesOn()
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start.AddDays(1));
        await harness.StoreAsync([.. Story()]);
        await harness.DetectAsync();
        Assert.NotEqual(0, await harness.Database.ScalarAsync<long>("select count(*) from incidents"));

        await harness.Get<DataReset>().RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, await harness.Database.ScalarAsync<long>("select (select count(*) from incidents) + (select count(*) from anomalies) + (select count(*) from detector_states)"));
        await Assert.ThrowsAsync<DetectionSupersededException>(async () =>
        {
            await harness.Database.ExecuteAsync("insert into services (name, demo, created_at) values ('web', false, now()); insert into rollup_severity values (now(), (select max(id) from services), 3, 0, 10, 1, now() + interval '1 year')");
            await harness.StepAsync();
        });
        harness.Restart();
        await harness.DetectAsync();
    }

    [Fact]
    public async Task ServicesThatWereRemoved_AreForgotten_AndTheOthersGoOn()
    {
        await using var harness = await DetectionHarness.StartAsync(postgres, s_start.AddDays(1));
        await harness.StoreAsync([.. Quiet(0, 400), .. Enumerable.Range(0, 400).Select(n => new Stored(Start + n, "shop", 30, IsDemo: true))]);
        await harness.DetectAsync();
        Assert.Equal(3, await harness.Database.ScalarAsync<long>("select count(*) from detector_states"));

        await harness.Database.ExecuteAsync("delete from rollup_severity where service_id in (select id from services where demo); delete from services where demo");
        await harness.StoreAsync([.. Quiet(400, 100)]);
        harness.Time.Advance(TimeSpan.FromMinutes(10));
        await Assert.ThrowsAsync<DetectionSupersededException>(() => harness.StepAsync());
        harness.Restart();
        await harness.DetectAsync();
        Assert.Equal(2, await harness.Database.ScalarAsync<long>("select count(*) from detector_states"));
        Assert.Equal(1, await harness.Database.ScalarAsync<long>("select count(distinct judged_to) from detector_states"));
    }

    private static Task<string> JudgedAsync(DetectionHarness harness) =>
        harness.Database.ScalarAsync<string>("select step || ' ' || judged || ' ' || (select string_agg(judged_to::text, ',' order by service_id) from detector_states) from detection_progress");

    private static IEnumerable<Stored> Quiet(int from, int windows) =>
        Enumerable.Range(from, windows).SelectMany(n => (Stored[])[new(Start + n, "web", 50), new(Start + n, "cart", 20)]);

    // Three hours of three services: payment fails and checkout with it, cart falls silent, web gets a crowd.
    private static IEnumerable<Stored> Story()
    {
        var random = new Random(7);
        for (var n = 0; n < 1_080; n++)
        {
            var failing = n is >= 400 and < 460;
            var crowd = n is >= 900 and < 930;
            yield return new Stored(Start + n, "web", (crowd ? 250 : 50) + random.Next(10));
            yield return new Stored(Start + n, "payment", 40 + random.Next(10), failing ? 22 : random.Next(2));
            if (n is < 650 or >= 690)
            {
                yield return new Stored(Start + n, "cart", 20 + random.Next(6), n is >= 406 and < 440 ? 9 : 0);
            }
        }
    }
}
