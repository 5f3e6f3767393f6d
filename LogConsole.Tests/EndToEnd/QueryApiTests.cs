using System.Globalization;
using System.Net;
using System.Text.Json;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The query endpoints over what a real console stored: every record on exactly one page, filters that hold, faults that say which parameter.</summary>
[Collection(ProcessCollection.Name)]
public sealed class QueryApiTests(QueryApiTests.FilledConsole filled) : IClassFixture<QueryApiTests.FilledConsole>
{
    private const int Ordinary = 120;
    private const int Timeless = 3;
    private const int Records = Ordinary + Timeless + 1;

    // Sent as one JSON object, with the names of ECS.
    private const string Rich = """
        {"@timestamp":"2026-03-15T10:00:00.123456789Z","log.level":"ERROR","service.name":"checkout","host.name":"web-1","message":"payment \u2028 failed",
         "trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","amount":12.5,"nested":{"a":[1,null,"x"]}}
        """;

    private static readonly DateTimeOffset s_start = new(2026, 3, 14, 10, 0, 0, TimeSpan.Zero);

    private ConsoleProcess Console => filled.Console;

    [Fact]
    public async Task Logs_PagedAndFiltered_EveryMatchingRecordOnceNewestFirst()
    {
        await using var database = await Console.OpenDatabaseAsync();
        var all = await StoredFigures.RowsAsync(database, "select id from logs order by ts desc, id desc");
        Assert.Equal(Records, all.Count);
        Assert.Equal(all, await IdsAsync("", limit: 7));
        Assert.Equal(all, await IdsAsync("", limit: 1));
        Assert.Equal(all, await IdsAsync("", limit: Records));
        Assert.Equal(all, await IdsAsync("", limit: 1_000));

        await AssertFilterAsync("service=payments", "s.name = 'payments'");
        await AssertFilterAsync("service=payments,shop", "s.name in ('payments', 'shop')");
        await AssertFilterAsync("service=nobody", "false");
        await AssertFilterAsync("severity=warn", "severity >= 13");
        await AssertFilterAsync("level=17", "severity >= 17");
        await AssertFilterAsync("q=100%25", "position('100%' in body) > 0");
        await AssertFilterAsync("q=USER_1", "position('user_1' in body) > 0");
        await AssertFilterAsync("q=%5C", "position('\\' in body) > 0");
        await AssertFilterAsync($"from={s_start.AddSeconds(10).ToUnixTimeSeconds()}&to={s_start.AddSeconds(20).ToUnixTimeSeconds()}", "ts >= '2026-03-14 10:00:10Z' and ts < '2026-03-14 10:00:20Z'");
        await AssertFilterAsync("from=2026-03-14T12:00:10%2B02:00&severity=error&service=shop&q=order", "ts >= '2026-03-14 10:00:10Z' and severity >= 17 and s.name = 'shop' and body like '%order%'");

        foreach (var pattern in (await Console.GetAsync("/api/patterns")).Json.GetProperty("patterns").EnumerateArray())
        {
            var id = pattern.GetProperty("id").GetString();
            await AssertFilterAsync($"template={id}", $"template_id = {id}");
            await AssertFilterAsync($"template={id}&severity=error", $"template_id = {id} and severity >= 17");
        }
    }

    [Fact]
    public async Task Series_AnswersAnotherStepOrStart_SaysSo()
    {
        var notes = (await Console.GetAsync("/api/metrics/series?from=2026-03-14T10:00:07Z&to=2026-03-14T11:00:00Z&step=12")).Json.GetProperty("notes");
        Assert.Equal(
            ["step is 20 s, not 12 s: steps are multiples of 10 s and an answer has at most 5000 of them", "from is 2026-03-14T10:00:00.0000000Z, the beginning of the step that was asked for"],
            notes.EnumerateArray().Select(note => note.GetString()));

        Assert.Empty((await Console.GetAsync("/api/metrics/series?from=2026-03-14T10:00:00Z&to=2026-03-14T11:00:00Z&step=20")).Json.GetProperty("notes").EnumerateArray());
    }

    [Fact]
    public async Task Series_RateOfAStepListenedToInPart_AndStepsOfThinnedCounts_AreWhatIsKnown()
    {
        await using (var database = await Console.OpenDatabaseAsync())
        {
            await using var command = database.CreateCommand();
            command.CommandText =
                """
                with s as (insert into services (name, demo, created_at) values ('rates', false, now()) returning id)
                insert into rollup_severity (window_start, service_id, severity, writer, width_s, count, last_arrival)
                select at::timestamptz, s.id, 3, 0, width, count, now()
                from s, (values ('2026-02-01T10:00:20Z', 10, 70), ('2026-02-01T10:00:30Z', 10, 300), ('2026-02-01T10:00:50Z', 10, 300), ('2026-02-01T11:00:00Z', 60, 600)) as d(at, width, count);
                insert into listening (instance, since, until, ended) values (gen_random_uuid(), '2026-02-01T10:00:27Z', '2026-02-01T10:01:00Z', true);
                """;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        var part = (await Console.GetAsync("/api/metrics/series?metric=log_rate&service=rates&from=2026-02-01T10:00:00Z&to=2026-02-01T10:02:00Z&step=60")).Json;
        Assert.Equal(20, part.GetProperty("series")[0].GetProperty("points")[0].GetProperty("v").GetDouble());
        Assert.Equal(
            ["a console listened to a part of 1 step: the rate there is that of the windows it listened to all through"],
            part.GetProperty("notes").EnumerateArray().Select(note => note.GetString()));

        var thinned = (await Console.GetAsync("/api/metrics/series?metric=log_rate&service=rates&from=2026-02-01T11:00:00Z&to=2026-02-01T11:02:00Z&step=10")).Json;
        Assert.Equal(10, thinned.GetProperty("series")[0].GetProperty("points")[0].GetProperty("v").GetDouble());
        Assert.StartsWith("step is 60 s, not 10 s: steps are multiples of 60 s, as only minutes are kept of old counts,", thinned.GetProperty("notes")[0].GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[\"LogConsole\"]")]
    [InlineData("{\"confirm\":true}")]
    [InlineData("{\"confirm\":\"logconsole\"}")]
    public async Task Reset_WithoutTheNameGivenBack_IsRefusedAndDeletesNothing(string body)
    {
        using var content = new StringContent(body);
        using var answer = await Console.Http.PostAsync(new Uri("/api/pipeline/reset", UriKind.Relative), content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(Records, (await IdsAsync("", limit: 1_000)).Count);
    }

    [Fact]
    public async Task Counts_SayWhenTheyBegan()
    {
        var since = (await Console.GetAsync("/api/pipeline/stats")).Json.GetProperty("since").GetDateTimeOffset();
        var started = (await Console.GetAsync("/api/metrics")).Json.GetProperty("process_start_time_seconds").GetDouble();

        Assert.InRange(since, TimeProvider.System.GetUtcNow().AddMinutes(-30), TimeProvider.System.GetUtcNow());
        Assert.Equal(since.ToUnixTimeMilliseconds() / 1000.0, started, 3);
    }

    [Fact]
    public async Task Logs_OneRecord_CarriesEverythingThatWasSent()
    {
        var log = (await Console.GetAsync("/api/logs?service=checkout")).Json.GetProperty("logs")[0];

        Assert.Matches("^[0-9]{10,}$", log.GetProperty("id").GetString());
        Assert.Equal("2026-03-15T10:00:00.123456789Z", log.GetProperty("timestamp").GetString());
        Assert.Equal(
            (17, "ERROR", "checkout", "web-1", "payment \u2028 failed"),
            (log.GetProperty("severity").GetInt32(), log.GetProperty("severityText").GetString(), log.GetProperty("service").GetString(), log.GetProperty("host").GetString(), log.GetProperty("body").GetString()));
        Assert.Equal(("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"), (log.GetProperty("traceId").GetString(), log.GetProperty("spanId").GetString()));
        Assert.Equal(12.5, log.GetProperty("attributes").GetProperty("amount").GetDouble());
        Assert.Equal("x", log.GetProperty("attributes").GetProperty("nested").GetProperty("a")[2].GetString());
    }

    [Theory]
    [InlineData("/api/logs?limit=0", "limit")]
    [InlineData("/api/logs?limit=1001", "limit")]
    [InlineData("/api/logs?limit=many", "limit")]
    [InlineData("/api/logs?from=yesterday", "from")]
    [InlineData("/api/logs?to=2026-13-40", "to")]
    [InlineData("/api/logs?severity=loud", "severity")]
    [InlineData("/api/logs?severity=25", "severity")]
    [InlineData("/api/logs?template=x", "template")]
    [InlineData("/api/logs?template=-1", "template")]
    [InlineData("/api/logs?cursor=x", "cursor")]
    [InlineData("/api/logs?q=%00", "q")]
    [InlineData("/api/logs?service=a%00", "service")]
    [InlineData("/api/patterns?limit=x", "limit")]
    [InlineData("/api/patterns?min_count=x", "min_count")]
    [InlineData("/api/patterns?q=%00", "q")]
    [InlineData("/api/patterns?cursor=x", "cursor")]
    [InlineData("/api/metrics/series?to=-62135596800", "from")]
    [InlineData("/api/metrics/series?metric=mood", "metric")]
    [InlineData("/api/metrics/series?step=fast", "step")]
    [InlineData("/api/metrics/series?from=now&to=1h", "from")]
    [InlineData("/api/metrics/series?by=service", "by")]
    [InlineData("/api/metrics/series?sevice=shop", "sevice")]
    [InlineData("/api/metrics?service=shop", "service")]
    [InlineData("/api/pipeline/stats?service=shop", "service")]
    [InlineData("/api/logs?from=now&to=1h", "to")]
    [InlineData("/api/logs?servise=shop", "did you mean service?")]
    [InlineData("/api/logs?severity=warn&level=error", "level")]
    [InlineData("/api/logs?limit=1&limit=2", "limit")]
    [InlineData("/api/logs?top_k=x", "top_k")]
    [InlineData("/api/patterns?from=now&to=1h", "to")]
    [InlineData("/api/patterns?mincount=2&minimum=3", "minimum")]
    [InlineData("/api/dead-letters?limit=0", "limit")]
    [InlineData("/api/dead-letters?pendnig=true", "did you mean pending?")]
    [InlineData("/api/dead-letters?limit=x", "limit")]
    [InlineData("/api/dead-letters?cursor=x", "cursor")]
    [InlineData("/api/dead-letters?pending=maybe", "pending")]
    public async Task BadParameter_IsAProblemThatNamesIt(string path, string parameter)
    {
        var answer = await Console.GetAsync(path);

        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.Status, answer.MediaType));
        Assert.Contains(parameter, answer.Json.GetProperty("detail").GetString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "/api/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/dead-letters/x", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/dead-letters/1", HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "/api/logs", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/api/ingest", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/health", HttpStatusCode.MethodNotAllowed)]
    public async Task WrongAddressOrMethod_IsAProblem_WhateverTheCallerAccepts(string method, string path, HttpStatusCode expected)
    {
        foreach (var accept in (string[])["*/*", "text/html", "text/csv"])
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Add("Accept", accept);
            var answer = await ConsoleAnswer.ReadAsync(Console.Http.SendAsync(request, TestContext.Current.CancellationToken));

            Assert.Equal((expected, "application/problem+json"), (answer.Status, answer.MediaType));
            Assert.Equal((int)expected, answer.Json.GetProperty("status").GetInt32());
            Assert.Contains(path, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
            Assert.NotEmpty(answer.Json.GetProperty("traceId").GetString()!);
        }
    }

    [Fact]
    public async Task WrongAddressOfAPage_IsAPage()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing");
        request.Headers.Add("Accept", "text/html");
        var answer = await ConsoleAnswer.ReadAsync(Console.Http.SendAsync(request, TestContext.Current.CancellationToken));
        Assert.Equal((HttpStatusCode.NotFound, "text/html"), (answer.Status, answer.MediaType));
    }

    [Fact]
    public async Task CommitSequence_IsTheSameTextEverywhere()
    {
        using var flushed = await Console.Http.PostAsync(new Uri("/api/pipeline/flush", UriKind.Relative), null, TestContext.Current.CancellationToken);
        var sequence = JsonElement.Parse(await flushed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).GetProperty("commitSequence").GetString();

        Assert.Equal(sequence, (await Console.GetAsync("/api/pipeline/stats")).Json.GetProperty("commitSequence").GetString());
    }

    [Theory]
    [InlineData("/api/logs?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z", Records)]
    [InlineData("/api/logs?from=-62135596800&to=4102444800", Records)]
    [InlineData("/api/logs?cursor=0.0", Timeless)]
    [InlineData("/api/logs?q=%27%3B+drop+table+logs%3B+--", 0)]
    [InlineData("/api/logs?cursor=7fffffffffffffff.1", Records)]
    [InlineData("/api/logs?cursor=8000000000000000.1", 0)]
    [InlineData("/api/logs?service=,&limit=1", 0)]
    [InlineData("/api/logs?template=2147483647", 0)]
    public async Task OddButValidQuery_IsAnswered(string path, int expected)
    {
        var answer = await Console.GetAsync(path + (path.Contains("limit", StringComparison.Ordinal) ? "" : "&limit=1000"));
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
        Assert.Equal(expected, answer.Json.GetProperty("logs").GetArrayLength());
    }

    [Theory]
    [InlineData("/api/metrics/series?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z")]
    [InlineData("/api/metrics/series?from=-62135596800&to=-62135596799&step=86400s")]
    [InlineData("/api/metrics/series?step=400000d&service=nobody")]
    [InlineData("/api/patterns?service=nobody&q=%25&from=now-1h&to=now&top_k=5&min_count=2")]
    [InlineData("/api/metrics/series?by=severity&service=shop,payments")]
    [InlineData("/api/dead-letters?cursor=0&top_k=5")]
    public async Task ExtremeQuery_IsAnswered(string path)
    {
        var answer = await Console.GetAsync(path);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.Text);
    }

    // Several records share a moment, and some arrive out of order: only (time, id) orders them.
    private static string Line(int n)
    {
        string[] levels = ["debug", "info", "warn", "error"];
        var at = s_start.AddSeconds(n * 7 % 40).ToString("O", CultureInfo.InvariantCulture);
        var message = (n % 4) switch
        {
            0 => $"order {n} packed",
            1 => $"disk is 100% full on /dev/sd{n}",
            2 => $"user_1 asked for C:\\\\temp\\\\{n}",
            _ => $"order {n} lost by user21",
        };
        return $$"""{"ts":"{{at}}","service":"{{(n % 3 == 0 ? "payments" : n % 3 == 1 ? "shop" : "search")}}","level":"{{levels[n / 3 % 4]}}","msg":"{{message}}"}""" + "\n";
    }

    private async Task AssertFilterAsync(string query, string condition)
    {
        await using var database = await Console.OpenDatabaseAsync();
        var expected = await StoredFigures.RowsAsync(
            database, $"select l.id from logs l join services s on s.id = l.service_id where {condition} order by ts desc, l.id desc");
        Assert.Equal((query, string.Join(',', expected)), (query, string.Join(',', await IdsAsync(query, limit: 5))));
    }

    private async Task<IReadOnlyList<string>> IdsAsync(string query, int limit)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = (await Console.GetAsync($"/api/logs?{query}&limit={limit}{(cursor is null ? "" : $"&cursor={cursor}")}")).Json;
            var logs = page.GetProperty("logs");
            Assert.InRange(logs.GetArrayLength(), cursor is null ? 0 : 1, limit);
            ids.AddRange(logs.EnumerateArray().Select(log => log.GetProperty("id").GetString()!));
            cursor = page.GetProperty("nextCursor").GetString();
        }
        while (cursor is not null && ids.Count <= Records);
        return ids;
    }

    /// <summary>One console for all tests of the class: they only read.</summary>
    public sealed class FilledConsole : IAsyncLifetime
    {
        private readonly TemporaryDirectory _directory = new();

        public ConsoleProcess Console { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Console = await ConsoleProcess.StartReadyAsync(_directory.Combine("data"));
            foreach (var part in Enumerable.Range(0, Ordinary).Select(Line).Chunk(50))
            {
                await SendAsync(string.Concat(part));
            }

            await SendAsync(Rich, "application/json");
            await SendAsync(ConsoleRequests.Lines(Timeless, "sent by a program that never set its clock", DateTimeOffset.MinValue));
        }

        public async ValueTask DisposeAsync()
        {
            await Console.DisposeAsync();
            _directory.Dispose();
        }

        private async Task SendAsync(string body, string contentType = "application/x-ndjson") =>
            Assert.Equal(HttpStatusCode.OK, (await Console.IngestAsync(body, contentType: contentType)).Status);
    }
}
