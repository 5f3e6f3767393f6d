using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Pipeline.Names;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Logs;

public sealed class LogStoreTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Query_ReadsBackEveryField()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var sent = new LogRecord
        {
            Timestamp = new LogTimestamp(1_795_000_000_123_456, 789),
            ObservedTimestamp = new LogTimestamp(1_795_000_001_000_000),
            SeverityNumber = 18,
            SeverityText = "ERR2",
            Service = "shop ☃",
            Host = "node-1",
            Body = "naïve \u001b[31mred\u001b[0m <script>"u8.ToArray(),
            Attributes = """{"user_id":"42","n":1.50}"""u8.ToArray(),
            Resource = SharedJson.Create("""{"service.version":"1.2"}"""u8),
            TraceId = new TraceId(0x0af7651916cd43dd, 0x8448eb211c80319c),
            SpanId = 0xb7ad6b7169203331,
            Flags = LogRecordFlags.Truncated,
        };

        await pipeline.SendAsync(sent);
        var row = Assert.Single((await QueryAsync(pipeline, new LogFilter())).Rows);

        Assert.Equal(
            (sent.Timestamp, sent.SeverityNumber, "ERR2", "node-1", "naïve \u001b[31mred\u001b[0m <script>", sent.TraceId, sent.SpanId, LogRecordFlags.Truncated),
            (row.Timestamp, row.SeverityNumber, row.SeverityText, row.Host, row.Body, row.TraceId, row.SpanId, row.Flags));
        Assert.Equal("shop ☃", pipeline.Get<ServiceCatalog>()[row.ServiceId].Name);
        Assert.Equal("""{"n": 1.50, "user_id": "42"}""", row.Attributes);
        Assert.Equal("""{"service.version": "1.2"}""", row.Resource);
        Assert.True(row.TemplateId > 0);
    }

    [Fact]
    public async Task Query_TextSearchOutOfTime_SaysWhereItStopped_AndGoesOnFromThere()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(
            database, services => services.Configure<LogsOptions>(options => options.QueryTimeout = TimeSpan.FromTicks(1)));
        var lines = Enumerable.Range(0, 11_000).Select(i => $"line {i}").ToList();
        await pipeline.SendAsync([.. lines.Prepend("needle").Select(line => Some.LogRecord(line))]);
        await pipeline.SendAsync([.. lines.Select(line => Some.LogRecord(line, at: Some.Time.AddMinutes(1)))]);
        await pipeline.SendAsync([.. lines.Select(line => Some.LogRecord(line, at: Some.Time.AddMinutes(2)))]);

        var filter = new LogFilter { Text = "needle" };
        var first = await QueryAsync(pipeline, filter);
        Assert.True(first.TimedOut);
        Assert.Empty(first.Rows);
        var second = await QueryAsync(pipeline, filter, after: first.Next);
        Assert.True(second.TimedOut);
        Assert.True(second.Next!.Value.UnixMicroseconds < first.Next!.Value.UnixMicroseconds);
        var third = await QueryAsync(pipeline, filter, after: second.Next);
        Assert.Equal("needle", Assert.Single(third.Rows).Body);
    }

    [Fact]
    public async Task Query_Pages_CoverEveryRecordOnce_NewestFirst_AcrossSegmentsAndTies()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(
            database, services => services.Configure<LogsOptions>(options => options.SegmentBytes = 20_000));
        var random = new Random(3);
        for (var d = 0; d < 10; d++)
        {
            await pipeline.SendAsync([.. Enumerable.Range(0, 100).Select(i => Some.LogRecord($"line {d} {i}", at: Some.Time.AddSeconds(random.Next(40))))]);
        }

        var seen = new List<LogRow>();
        LogCursor? after = null;
        do
        {
            var page = await QueryAsync(pipeline, new LogFilter(), 37, after);
            seen.AddRange(page.Rows);
            after = page.Next;
        }
        while (after is not null);

        Assert.True(await database.ScalarAsync<long>("select count(*) from log_segments") > 2);
        Assert.Equal(1_000, seen.Count);
        Assert.Equal(1_000, seen.Select(row => row.Id).Distinct().Count());
        Assert.Equal(seen.OrderByDescending(row => row.Timestamp).ThenByDescending(row => row.Id).Select(row => row.Id), seen.Select(row => row.Id));
    }

    [Fact]
    public async Task Query_EachCondition_FindsExactlyWhatAFullScanFinds()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var random = new Random(5);
        string[] services = ["web", "db", "cache"];
        var records = Enumerable.Range(0, 2_000).Select(i => Some.LogRecord(
            i % 97 == 0 ? $"needle 100%_\\ {i}" : $"hay {i}", services[random.Next(3)], (byte)random.Next(0, 25), Some.Time.AddSeconds(random.Next(7_200)))).ToArray();
        await pipeline.SendAsync(records);
        var catalog = pipeline.Get<ServiceCatalog>();

        await CheckAsync(new LogFilter { MinSeverity = SeverityNumber.Error }, record => record.SeverityNumber >= 17);
        await CheckAsync(new LogFilter { MinSeverity = 19 }, record => record.SeverityNumber >= 19);
        await CheckAsync(new LogFilter { ServiceIds = catalog.IdsOf("db") }, record => record.Service == "db");
        await CheckAsync(new LogFilter { Text = "NEEDLE 100%_\\" }, record => record.Body.Span.StartsWith("needle"u8));
        await CheckAsync(new LogFilter { Text = "no such thing" }, _ => false);
        await CheckAsync(new LogFilter { ServiceIds = [] }, _ => false);
        await CheckAsync(
            new LogFilter { From = Some.Time.AddSeconds(1_001), To = Some.Time.AddSeconds(2_003), ServiceIds = catalog.IdsOf("web"), MinSeverity = SeverityNumber.Warn },
            record => record.Service == "web" && record.SeverityNumber >= 13
                && record.Timestamp.ToDateTimeOffset() >= Some.Time.AddSeconds(1_001) && record.Timestamp.ToDateTimeOffset() < Some.Time.AddSeconds(2_003));

        async Task CheckAsync(LogFilter filter, Func<LogRecord, bool> expected)
        {
            var found = new List<string>();
            LogCursor? after = null;
            do
            {
                var page = await QueryAsync(pipeline, filter, 50, after);
                found.AddRange(page.Rows.Select(row => row.Body));
                after = page.Next;
            }
            while (after is not null);
            Assert.Equal(
                records.Where(expected).Select(record => System.Text.Encoding.UTF8.GetString(record.Body.Span)).Order(StringComparer.Ordinal),
                found.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Query_ByTemplate_FindsItsLines()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync(Some.LogRecord("user 1 logged in"), Some.LogRecord("user 2 logged in"), Some.LogRecord("disk full"));
        var template = await database.ScalarAsync<int>("select id from templates where text like 'user%'");

        var page = await QueryAsync(pipeline, new LogFilter { TemplateId = template });

        Assert.Equal(["user 2 logged in", "user 1 logged in"], page.Rows.Select(row => row.Body));
    }

    [Fact]
    public async Task Query_AfterRollupsWereThinned_FindsEveryRecordOnce()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync([.. Enumerable.Range(0, 300).Select(i => Some.LogRecord($"line {i}", at: Some.Time.AddSeconds(i)))]);
        await database.ExecuteAsync("update rollup_severity set last_arrival = now() - interval '20 days' where extract(second from window_start) <> 20");
        await pipeline.Get<LogConsole.Metrics.RollupRetention>().RunOnceAsync(TestContext.Current.CancellationToken);
        await database.ExecuteAsync("update rollup_severity set last_arrival = now()");

        Assert.True(await database.ScalarAsync<long>("select count(distinct width_s) from rollup_severity") == 2);
        Assert.Equal(300, await database.ScalarAsync<decimal>("select sum(count) from rollup_severity"));
        var found = new List<string>();
        LogCursor? after = null;
        do
        {
            var page = await QueryAsync(pipeline, new LogFilter { Text = "LINE" }, 17, after);
            found.AddRange(page.Rows.Select(row => row.Body));
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(Enumerable.Range(0, 300).Reverse().Select(i => $"line {i}"), found);
    }

    [Fact]
    public async Task Query_LongRows_EndThePageEarly_AndPagingStillFindsAll()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync([.. Enumerable.Range(0, 30).Select(i => Some.LogRecord($"{i} " + new string('x', 1 << 20), at: Some.Time.AddSeconds(i)))]);

        var sizes = new List<int>();
        LogCursor? after = null;
        do
        {
            var page = await QueryAsync(pipeline, new LogFilter(), 100, after);
            sizes.Add(page.Rows.Count);
            after = page.Next;
        }
        while (after is not null);
        Assert.Equal(30, sizes.Sum());
        Assert.All(sizes, size => Assert.InRange(size, 1, 9));
    }

    private static Task<LogPage> QueryAsync(PipelineHarness pipeline, LogFilter filter, int limit = 100, LogCursor? after = null) =>
        pipeline.Get<ILogStore>().QueryAsync(filter, limit, after, TestContext.Current.CancellationToken);
}
