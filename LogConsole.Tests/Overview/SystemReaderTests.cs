using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Overview;

/// <summary>The snapshot of the whole console, from a real pipeline and a real database.</summary>
public sealed class SystemReaderTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Snapshot_TellsOfSourcesDatabaseAndRetention()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database, services => services.AddSingleton<IngestionCounters>().AddSingleton<IDiskSpace>(new QuarterFree()));
        await pipeline.SendAsync(Some.DeliveryOf("http:shipper", [Some.LogRecord("one"), Some.LogRecord("two", line: 2)]));
        await pipeline.SendAsync(Some.DeliveryOf("simulator", [Some.LogRecord("three")]));
        pipeline.Get<IngestionCounters>().Rejected("http", "not_json", 4);
        var reader = pipeline.Get<SystemReader>();

        var snapshot = await reader.ReadAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["http", "http:shipper", "simulator"], snapshot.Sources.Select(source => source.Name));
        Assert.Equal((true, 4L, false, 2L, 1L), (snapshot.Sources[0].IsDoor, snapshot.Sources[0].Rejected["not_json"], snapshot.Sources[1].IsDoor, snapshot.Sources[1].Stored, snapshot.Sources[2].Stored));
        Assert.NotNull(snapshot.Sources[1].EventLagSeconds);
        Assert.Equal((3L, 25.0), (snapshot.Pipeline.Stored, snapshot.DiskFreePercent));
        Assert.NotNull(snapshot.Pipeline.LastBatchSeconds);
        var stored = Assert.IsType<SystemDatabase>(snapshot.Stored);
        Assert.Matches(@"^\d+\.\d+", stored.Facts.Version);
        Assert.InRange(stored.Facts.SizeBytes, 1_000_000, long.MaxValue);
        Assert.Contains(stored.Extensions, extension => extension is { Name: "plpgsql", Installed: not null });
        Assert.Equal((1, 3L, null), (stored.Retention.Segments, stored.Retention.Rows, stored.Retention.Next));
        Assert.True(Assert.Single(stored.Writers).IsThis);
    }

    [Fact]
    public void Retention_NamesTheOldestClosedSegment_AndWhenItGoes()
    {
        var limits = new LogsOptions { RetentionAge = TimeSpan.FromDays(7), RetentionBytes = 1_000 };
        (LogSegment, long) Segment(int id, bool closed, long bytes) =>
            (new LogSegment(id, Some.Now, closed ? Some.Now : null, 10, bytes, Some.Now.AddHours(id), Some.Now, Some.Now.AddHours(-id)), bytes);

        Assert.Null(RetentionFigures.Of([Segment(1, false, 5_000)], limits, Some.Now).Next);
        Assert.Equal(
            new NextDrop("logs_1", 10, 400, Some.Now.AddHours(-1) + limits.RetentionAge),
            RetentionFigures.Of([Segment(1, true, 400), Segment(2, false, 400)], limits, Some.Now).Next);
        Assert.Equal(new NextDrop("logs_1", 10, 400, null), RetentionFigures.Of([Segment(1, true, 400), Segment(2, true, 700)], limits, Some.Now).Next);
    }

    private sealed class QuarterFree : IDiskSpace
    {
        public double? FreePercent() => 25;
    }
}
