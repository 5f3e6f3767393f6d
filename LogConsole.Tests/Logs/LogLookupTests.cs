using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Pipeline.Names;
using LogConsole.Tests.TestSupport;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Logs;

public sealed class LogLookupTests(PostgresFixture postgres)
{
    private static readonly string[] s_bodies =
    [
        "plain words", "", "{\"a\":1}", "{", "{}", " {\"a\":1}", "boom\n   at Shop.Order.Save()\n", "boom\r\n\tat x.y", "at the start", "oops\nCaused by: x",
        "Traceback (most recent call last):\n  File", "x\nTraceback (most recent call last)", "see Traceback (most recent call last)",
        "10.0.0.1 - - [x] \"GET /a HTTP/1.1\" 200 12", "\"GET /a b HTTP/1.1\" 200", "\"POST /x HTTP/2\" 50", "{\"m\":\"x \\\"GET /a HTTP/1.1\\\" 200\"}", "{\"GET /a HTTP/1.1\" 200}",
        "{a\n at b}", "line one\nline two",
    ];

    [Fact]
    public void Kind_OfEachShape_IsTheOneItLooksLike()
    {
        Assert.Equal(MessageKind.Plain, MessageKinds.Of("plain words"));
        Assert.Equal(MessageKind.Json, MessageKinds.Of("{\"a\":1}"));
        Assert.Equal(MessageKind.StackTrace, MessageKinds.Of("boom\n   at Shop.Order.Save()"));
        Assert.Equal(MessageKind.Access, MessageKinds.Of("10.0.0.1 - - [x] \"GET /a HTTP/1.1\" 200 12"));
    }

    [Fact]
    public async Task Query_EachCondition_FindsWhatItSays()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        var trace = new TraceId(0x0af7651916cd43dd, 0x8448eb211c80319c);
        string[] services = ["web", "db", "cache"];
        var records = s_bodies.SelectMany((body, i) => services.Select((service, s) =>
            Some.LogRecord(body, service, (byte)((i + s) % 25), Some.Time.AddSeconds(i * 7), traceId: i % 3 == 0 ? trace : default))).ToArray();
        await pipeline.SendAsync(records);
        var ids = pipeline.Get<ServiceCatalog>();

        foreach (var kind in Enum.GetValues<MessageKind>())
        {
            await CheckAsync(new LogFilter { Kind = kind }, record => MessageKinds.Of(Text(record)) == kind);
        }

        await CheckAsync(new LogFilter { TraceId = trace }, record => record.TraceId == trace);
        await CheckAsync(new LogFilter { NotServiceIds = [.. ids.IdsOf("db"), .. ids.IdsOf("web")] }, record => record.Service == "cache");
        await CheckAsync(new LogFilter { Bands = [SeverityBand.Debug, SeverityBand.Fatal] }, record => record.SeverityNumber is (>= 5 and <= 8) or >= 21);
        await CheckAsync(new LogFilter { Bands = [SeverityBand.Debug, SeverityBand.Fatal], MinSeverity = 22 }, record => record.SeverityNumber >= 22);
        await CheckAsync(new LogFilter { Bands = [] }, _ => false);
        var rows = await AllAsync(new LogFilter());
        var template = rows.First(row => row.Body == "plain words" && row.TemplateId is not null).TemplateId!.Value;
        Assert.Equal(rows.Where(row => row.TemplateId != template).Select(row => row.Id), (await AllAsync(new LogFilter { NotTemplateIds = [template] })).Select(row => row.Id));
        var middle = rows.Select(row => row.Id).Order().ElementAt(20);
        var last = rows.Max(row => row.Id);
        Assert.Equal(
            rows.Where(row => row.Id > middle && row.Id < last).Select(row => row.Id), (await AllAsync(new LogFilter { AfterId = middle, BeforeId = last })).Select(row => row.Id));

        async Task CheckAsync(LogFilter filter, Func<LogRecord, bool> expected) => Assert.Equal(
            records.Where(expected).Select(record => $"{record.Service} {record.SeverityNumber} {Text(record)}").Order(StringComparer.Ordinal),
            (await AllAsync(filter)).Select(row => $"{ids[row.ServiceId].Name} {row.SeverityNumber} {row.Body}").Order(StringComparer.Ordinal));

        async Task<IReadOnlyList<LogRow>> AllAsync(LogFilter filter) =>
            (await pipeline.Get<ILogStore>().QueryAsync(filter, 1_000, null, TestContext.Current.CancellationToken)).Rows;
    }

    [Fact]
    public async Task Find_ByPlaceAndById_AcrossSegments_AndNothingWhereNothingIs()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database, services => services.Configure<LogsOptions>(options => options.SegmentBytes = 20_000));
        for (var d = 0; d < 5; d++)
        {
            await pipeline.SendAsync([.. Enumerable.Range(0, 100).Select(i => Some.LogRecord($"line {d} {i}", at: Some.Time.AddSeconds(i)))]);
        }

        await pipeline.SendAsync(Some.LogRecord("timeless", at: DateTimeOffset.MinValue));
        var store = pipeline.Get<ILogStore>();
        var token = TestContext.Current.CancellationToken;
        var rows = (await store.QueryAsync(new LogFilter(), 1_000, null, token)).Rows;
        Assert.True(await database.ScalarAsync<long>("select count(*) from log_segments") > 2);

        foreach (var row in rows.Where((_, i) => i % 50 == 0))
        {
            Assert.Equal(row, await store.FindAsync(new LogCursor(row.Timestamp.UnixMicroseconds, row.Id), token));
            Assert.Equal(row, await store.FindAsync(row.Id, token));
        }

        Assert.Null(await store.FindAsync(rows[0].Id + 1, token));
        Assert.Null(await store.FindAsync(-1, token));
        Assert.Null(await store.FindAsync(long.MaxValue, token));
        Assert.Null(await store.FindAsync(new LogCursor(rows[0].Timestamp.UnixMicroseconds, 5), token));
    }

    [Fact]
    public async Task Neighbours_AreTheOnesNextToIt_OfItsServiceOrAll()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var pipeline = await PipelineHarness.StartAsync(database);
        await pipeline.SendAsync([.. Enumerable.Range(0, 120).Select(i => Some.LogRecord($"line {i}", i % 3 == 0 ? "web" : "db", at: Some.Time.AddSeconds(i * 10 / 2)))]);
        await pipeline.SendAsync(Some.LogRecord("an hour later", "web", at: Some.Time.AddHours(1)));
        var store = pipeline.Get<ILogStore>();
        var token = TestContext.Current.CancellationToken;
        var line = (await store.QueryAsync(new LogFilter(), 1_000, null, token)).Rows.Single(row => row.Body == "line 60");
        var place = new LogCursor(line.Timestamp.UnixMicroseconds, line.Id);

        Assert.Equal(["line 63", "line 62", "line 61"], await BodiesAsync(null, 3, newer: true));
        Assert.Equal(["line 59", "line 58"], await BodiesAsync(null, 2, newer: false));
        Assert.Equal(["line 66", "line 63"], await BodiesAsync([line.ServiceId], 2, newer: true));
        Assert.Equal(["line 57", "line 54"], await BodiesAsync([line.ServiceId], 2, newer: false));
        Assert.Equal(19, (await BodiesAsync([line.ServiceId], 100, newer: true)).Count());

        async Task<IEnumerable<string>> BodiesAsync(int[]? services, int count, bool newer) =>
            (await store.NeighboursAsync(place, services, count, newer, token)).Select(row => row.Body);
    }

    private static string Text(LogRecord record) => System.Text.Encoding.UTF8.GetString(record.Body.Span);
}
