using System.Diagnostics.Metrics;
using LogConsole.Anomalies;
using LogConsole.Anomalies.Detection;
using LogConsole.Anomalies.Incidents;
using LogConsole.Api;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Simulator;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Patterns;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;
using LogConsole.Telemetry;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Anomalies;

/// <summary>What the console's other figures and lists say of an outage, and what makes them change.</summary>
public sealed class AfterOutageTests(PostgresFixture postgres) : OutageTest(postgres)
{
    [Fact]
    public async Task Health_Rate_IsOverTheTimeSomebodyListened()
    {
        var end = BucketWidth.Floor(Harness.Time.GetUtcNow(), BucketWidth.Rollup);
        await Harness.StoreAsync([new Stored(TumblingWindow.Of(end) - 1, "young", 400), new Stored(TumblingWindow.Of(end) - 2, "young", 200)]);
        await Harness.Database.ExecuteAsync($"insert into listening (instance, since, until, ended) values (gen_random_uuid(), '{end.AddSeconds(-15):O}', '{end.AddSeconds(3):O}', true)");

        var young = (await Harness.Get<ServiceHealthReader>().ReadAsync(Cancellation)).Single(service => service.Name == "young");

        Assert.Equal(40, young.RatePerSecond);
        Assert.Equal(600, young.Sparkline[^1]);
        Assert.All(young.Sparkline.SkipLast(1), minute => Assert.Null(minute)); // nobody was there to hear silence
    }

    [Theory]
    [InlineData(true, 40)]
    [InlineData(false, 10)] // nobody listened then: they were handed in later
    public async Task Figures_Rate_IsOverTheTimeSomebodyListened_ElseOverTheMinute(bool listened, double expected)
    {
        var end = BucketWidth.Floor(Harness.Time.GetUtcNow(), BucketWidth.Rollup);
        await Harness.StoreAsync([new Stored(TumblingWindow.Of(end) - 1, "young", 400), new Stored(TumblingWindow.Of(end) - 2, "young", 200)]);
        if (listened)
        {
            await Harness.Database.ExecuteAsync($"insert into listening (instance, since, until, ended) values (gen_random_uuid(), '{end.AddSeconds(-15):O}', '{end.AddSeconds(3):O}', true)");
        }

        using var doors = new IngestionCounters(Harness.Get<IMeterFactory>());
        var figures = new CurrentFigures(
            Harness.Get<Database>(), Harness.Get<RollupStore>(), Harness.Pipeline.Counters, Harness.Get<SampledHistory>(), Harness.Get<ServiceCatalog>(), Harness.Get<TemplateMiner>(),
            doors, Harness.Get<ListeningStore>(), Harness.Get<DetectionLag>(), new ProcessStart(end), Harness.Time);

        Assert.Equal(expected, (await figures.ReadAsync(Cancellation))["log_rate"]);
    }

    [Fact]
    public async Task Retention_TakesResolvedIncidentsNobodyChangedForLong_NeverOpenOnes()
    {
        Harness.Time.Advance(new AnomalyOptions().Retention + TimeSpan.FromDays(1));
        await Harness.Get<IncidentRetention>().RunOnceAsync(Cancellation);
        Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancellation));

        await Store.ResolveAsync(1, "ann", null, Cancellation);
        await Harness.Get<IncidentRetention>().RunOnceAsync(Cancellation);
        Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancellation));

        Harness.Time.Advance(new AnomalyOptions().Retention + TimeSpan.FromDays(1));
        await Harness.Get<IncidentRetention>().RunOnceAsync(Cancellation);
        Assert.Empty(await Store.ListAsync(new IncidentFilter(), Cancellation));
    }

    [Fact]
    public async Task Lag_IsWhatIsStoredAndNotYetJudged()
    {
        Assert.InRange((await Harness.Get<DetectionLag>().ReadAsync(Cancellation))!.Value, 0, 60);

        await Harness.Database.ExecuteAsync("update detector_states set judged_to = judged_to - interval '1 hour'");

        Assert.InRange((await Harness.Get<DetectionLag>().ReadAsync(Cancellation))!.Value, 1_700, 1_800);

        // What claims to be of tomorrow is not judged before it comes, and nothing is behind because of it.
        await Harness.StoreAsync([new Stored(TumblingWindow.Of(Harness.Time.GetUtcNow().AddDays(1)), "ahead", 10)]);
        Assert.InRange((await Harness.Get<DetectionLag>().ReadAsync(Cancellation))!.Value, 1_700, 1_800);
    }

    [Fact]
    public async Task Health_TellsEveryServicesConditionRateAndIncident()
    {
        var health = (await Harness.Get<ServiceHealthReader>().ReadAsync(Cancellation)).ToDictionary(service => service.Name);
        Assert.Equal(["payment", "web"], health.Keys);
        Assert.Equal((ServiceCondition.Anomalous, 1L), (health["payment"].Condition, health["payment"].IncidentId));
        Assert.Equal((ServiceCondition.Ok, 60, 60, null), (health["web"].Condition, health["web"].Learned, health["web"].LearningNeeded, health["web"].IncidentId));
        Assert.Equal(ServiceHealth.SparklineMinutes, health["web"].Sparkline.Count);
        Assert.Equal([60, 60, 60], health["web"].Sparkline.Skip(25).Take(3));
        Assert.True(health["payment"].ErrorShare > 0.2);
    }

    [Fact]
    public async Task Watch_WakesOnAChange_AlsoOfAnotherInstance()
    {
        var watch = Harness.Get<IncidentWatch>();
        var version = await watch.ReadVersionAsync(Cancellation);
        var waiting = watch.WaitForChangeAsync(version, Cancellation);
        await Store.NoteAsync(1, "ann", "looking", Cancellation);
        var next = await waiting.WaitAsync(Cancellation);
        Assert.True(next > version);

        waiting = watch.WaitForChangeAsync(next, Cancellation);
        await Harness.Database.ExecuteAsync("update incident_clock set version = version + 1");
        while (!waiting.IsCompleted)
        {
            await Task.WhenAny(waiting, Harness.Time.WaitForTimerAsync(Cancellation));
            Harness.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(next + 1, await waiting);
    }

    [Fact]
    public async Task DemoCleared_TakesItsIncidents_AndWakesWhoWatches()
    {
        var watch = Harness.Get<IncidentWatch>();
        var waiting = watch.WaitForChangeAsync(await watch.ReadVersionAsync(Cancellation), Cancellation);
        int[] services = [.. (await Harness.Get<ServiceHealthReader>().ReadAsync(Cancellation)).Select(service => service.Id)];

        foreach (var owner in Harness.Get<IEnumerable<IDemoDataOwner>>().OrderBy(owner => owner.Order))
        {
            Assert.False(waiting.IsCompleted);
            await owner.RemoveAsync(services, Cancellation);
        }

        while (!waiting.IsCompleted)
        {
            await Task.WhenAny(waiting, Harness.Time.WaitForTimerAsync(Cancellation));
            Harness.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Empty(await Store.ListAsync(new IncidentFilter(), Cancellation));
    }
}
