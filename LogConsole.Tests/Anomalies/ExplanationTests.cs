using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Json;
using LogConsole.Anomalies;
using LogConsole.Anomalies.Explanations;
using LogConsole.Anomalies.Incidents;
using LogConsole.Metrics;
using LogConsole.Pipeline.Names;
using LogConsole.Tests.TestSupport;
using LogConsole.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace LogConsole.Tests.Anomalies;

/// <summary>One outage sent through the real pipeline: found, explained, every number recomputed, shown by the API and acted on.</summary>
public sealed class ExplanationTests(PostgresFixture postgres) : OutageTest(postgres)
{
    [Fact]
    public async Task EveryNumber_IsComputedAgainFromTheStores()
    {
        var explanation = await ExplanationAsync();
        foreach (var evidence in explanation.Evidence)
        {
            Assert.NotEmpty(evidence.Numbers);
            Assert.Equal(evidence.Numbers, await Harness.Get<EvidenceReader>().ReadAsync(evidence.Query, Cancellation));
            foreach (var number in evidence.Numbers)
            {
                Assert.Equal(await CountAsync(evidence.Query, number.Name), number.Value, 6);
            }
        }

        Assert.All(explanation.Sentences.SelectMany(sentence => sentence.EvidenceIds), id => Assert.Contains(id, explanation.Evidence.Select(evidence => evidence.Id)));
        Assert.Equal(
            Enum.GetValues<EvidenceKind>().Except([EvidenceKind.LogRate, EvidenceKind.LogRateRange]).Order(), explanation.Evidence.Select(evidence => evidence.Query.Kind).Distinct().Order());
    }

    [Fact]
    public async Task Explanation_SaysWhatWhereSinceWhenAndThatNoModelTookPart()
    {
        var explanation = await ExplanationAsync();
        Assert.Equal("Extractive: no language model is configured", explanation.Method);
        var band = (await Store.AnomaliesAsync(new AnomalyFilter { Detector = "error_share" }, Cancellation)).Single().Detected;
        Assert.Equal(
            $"Error share of payment 40 % on average (0–1.7 % in the 24 calm minutes before) since {Headline.Clock(TumblingWindow.Start(band.StartWindow))}, as of 14:05:00 UTC", explanation.Headline);
        var all = string.Join('\n', explanation.Sentences.Select(sentence => sentence.Text));
        Assert.Contains("It began in payment, the first outside its band, at 14:01:00 UTC; \"gateway timeout after <*> ms", all, StringComparison.Ordinal);
        Assert.Contains("came 96 times in 4 min; new: never in the 25 min before", all, StringComparison.Ordinal);
        Assert.Contains("\" first came at 14:01:03 UTC.", all, StringComparison.Ordinal);
        Assert.DoesNotContain("page <*> served", all, StringComparison.Ordinal);
        Assert.Contains(explanation.Evidence, evidence => evidence.Text == "payment: 0–1.7 % errors in a minute, lowest and highest of the 24 calm minutes from 13:37:00 UTC to 14:01:00 UTC (whole minutes without an anomaly of it and with ten records or more)");
        var lines = explanation.Evidence.Where(evidence => evidence.Query.Kind == EvidenceKind.Line).ToList();
        Assert.Equal(3, lines.Count);
        Assert.Contains(lines, line => line.Text.EndsWith(" ms <script>alert(1)</script>", StringComparison.Ordinal));
        Assert.Equal(explanation.Headline, Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancellation)).Title);
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(8, true)]
    public async Task MinutesBefore_AreToldOnlyWhenThereAreSome(int minutes, bool told)
    {
        var incident = Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancellation)) with { StartedAt = Start.AddMinutes(minutes), LastAt = Start.AddMinutes(minutes + 1) };
        var anomaly = (await Store.AnomaliesAsync(new AnomalyFilter { Detector = "error_share" }, Cancellation)).Single();
        var (first, last) = (TumblingWindow.Of(incident.StartedAt), TumblingWindow.Of(incident.LastAt) - 1);
        var made = await Harness.Get<ExplanationMaker>().MakeAsync(
            incident, [anomaly with { Detected = anomaly.Detected with { StartWindow = first, LastWindow = last, Low = 0.034, High = 0.09 } }], Cancellation);

        Assert.StartsWith(told ? "Error share of payment 0 % on average (0–1.7 % in the 7 calm minutes before) since" : "Error share of payment 0 % on average since", made.Headline, StringComparison.Ordinal);
        Assert.Equal(told ? ["payment: 0–1.7 % errors in a minute, lowest and highest of the 7 calm minutes from 13:37:00 UTC to 13:44:00 UTC (whole minutes without an anomaly of it and with ten records or more)"] : [], made.Evidence.Where(evidence => evidence.Query.Kind == EvidenceKind.ErrorShareRange).Select(evidence => evidence.Text));
    }

    [Fact]
    public async Task TemplateRise_IsComparedWithTheTimeKnownOfItsService()
    {
        var (service, template) = (await Harness.Database.ScalarAsync<int>("select id from services where name = 'payment'"), await Harness.Database.ScalarAsync<int>("select id from templates where text like 'payment %'"));
        var query = new EvidenceQuery(EvidenceKind.TemplateRise, service, Outage, Outage.AddMinutes(4), Outage.AddHours(-1), template);
        async Task<Dictionary<string, double>> ReadAsync() =>
            (await Harness.Get<EvidenceReader>().ReadAsync(query, Cancellation)).ToDictionary(number => number.Name, number => Math.Round(number.Value, 6));
        Assert.Equal(
            new Dictionary<string, double> { ["during"] = 144, ["duringSeconds"] = 240, ["before"] = 1_500, ["beforeSeconds"] = 1_500, ["lift"] = 0.6 }, await ReadAsync());

        // Nor is it known longer because another service was there before it.
        await Harness.StoreAsync([.. Enumerable.Range(0, 30).Select(i => new Stored(TumblingWindow.Of(Start) - 60 + i, "older", 10))]);
        Assert.Equal(1_500, (await ReadAsync())["beforeSeconds"]);

        // A minute in which nobody real sent anything is not known, whatever the demo did.
        var gap = Outage.AddMinutes(-10);
        await Harness.StoreAsync([new Stored(TumblingWindow.Of(gap), "web", 10, IsDemo: true)]);
        await Harness.Database.ExecuteAsync($"delete from rollup_severity r using services s where s.id = r.service_id and not s.demo and window_start >= '{gap:O}' and window_start < '{gap.AddMinutes(1):O}'");
        Assert.Equal(1_440, (await ReadAsync())["beforeSeconds"]);
    }

    [Fact]
    public async Task Explanation_IsMadeAgainWhenTheIncidentChanged_NotBefore()
    {
        Assert.Equal(0, await Harness.ExplainAsync());
        await Store.NoteAsync(1, "ann", "looking", Cancellation);
        Assert.Equal(0, await Harness.ExplainAsync());
        Harness.Time.Advance(TimeSpan.FromMinutes(2));
        await Store.NoteAsync(1, "ann", "still looking", Cancellation);
        Harness.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await Harness.ExplainAsync());
    }

    [Fact]
    public async Task Api_ListsShowsAndActs()
    {
        await using var app = await ServeAsync();
        var http = app.GetTestClient();
        var listed = await http.GetFromJsonAsync<JsonElement>("/api/incidents?state=open&service=payment&from=2026-11-20T14:00:00Z&to=2026-11-20T15:00:00Z", Cancellation);
        var incident = Assert.Single(listed.GetProperty("incidents").EnumerateArray());
        Assert.Equal(("1", "payment", "open", true, false), (
            incident.GetProperty("id").GetString(), incident.GetProperty("service").GetString(), incident.GetProperty("state").GetString(),
            incident.GetProperty("notifies").GetBoolean(), incident.GetProperty("historical").GetBoolean()));
        foreach (var nothing in (string[])["state=resolved", "service=web", "to=2026-11-20T14:00:00Z", "from=2026-11-20T15:00:00Z"])
        {
            Assert.Empty((await http.GetFromJsonAsync<JsonElement>($"/api/incidents?{nothing}", Cancellation)).GetProperty("incidents").EnumerateArray());
        }

        var anomalies = await AllAnomaliesAsync(http);
        Assert.Equal(await Harness.Database.ScalarAsync<long>("select count(*) from anomalies"), anomalies.Count);
        Assert.Contains("error_share", anomalies);
        Assert.Contains("new_error_template", anomalies);

        using var acknowledged = await http.PostAsJsonAsync("/api/incidents/1/ack", new { note = "mine <b>" }, Cancellation);
        Assert.Equal(HttpStatusCode.OK, acknowledged.StatusCode);
        using var again = await http.PostAsync(new Uri("/api/incidents/1/ack", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        using var noted = await http.PostAsJsonAsync("/api/incidents/1/notes", new { note = "gateway restarted" }, Cancellation);
        using var resolved = await http.PostAsync(new Uri("/api/incidents/1/resolve", UriKind.Relative), null, Cancellation);
        var one = await resolved.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        Assert.Equal(("resolved", "tester", "tester"), (
            one.GetProperty("incident").GetProperty("state").GetString(), one.GetProperty("incident").GetProperty("acknowledgedBy").GetString(), one.GetProperty("incident").GetProperty("resolvedBy").GetString()));
        Assert.Equal(
            ["acknowledged tester mine <b>", "note tester gateway restarted", "resolved tester "],
            one.GetProperty("timeline").EnumerateArray().Where(entry => entry.GetProperty("who").ValueKind == JsonValueKind.String)
                .Select(entry => $"{entry.GetProperty("kind").GetString()} {entry.GetProperty("who").GetString()} {entry.GetProperty("text").GetString()}"));
        using var resolvedAgain = await http.PostAsync(new Uri("/api/incidents/1/resolve", UriKind.Relative), null, Cancellation);
        Assert.Equal(HttpStatusCode.OK, resolvedAgain.StatusCode);
        using var late = await http.PostAsync(new Uri("/api/incidents/1/ack", UriKind.Relative), null, Cancellation);
        Assert.Equal((HttpStatusCode.Conflict, "application/problem+json"), (late.StatusCode, late.Content.Headers.ContentType?.MediaType));
        Assert.StartsWith("incident 1 is resolved (tester, ", (await late.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(Explanation.Extractive, one.GetProperty("explanation").GetProperty("method").GetString());
    }

    [Theory]
    [InlineData("GET", "/api/incidents/99", HttpStatusCode.NotFound)]
    [InlineData("GET", "/api/incidents/x", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/incidents/99/ack", HttpStatusCode.NotFound)]
    [InlineData("POST", "/api/incidents/1/notes", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/incidents?state=broken", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/incidents?cursor=x", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/anomalies?min_score=101", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/api/anomalies?cursor=1.zz", HttpStatusCode.BadRequest)]
    public async Task Api_WhatCannotBe_IsSaid(string method, string path, HttpStatusCode status)
    {
        await using var app = await ServeAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await app.GetTestClient().SendAsync(request, Cancellation);
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    private async Task<Explanation> ExplanationAsync()
    {
        var incident = Assert.Single(await Store.ListAsync(new IncidentFilter(), Cancellation));
        return Assert.IsType<Explanation>(await Store.ExplanationAsync(incident.Id, Cancellation));
    }

    // The same numbers, counted from the log rows themselves.
    private async Task<double> CountAsync(EvidenceQuery query, string number)
    {
        string At(DateTimeOffset? moment) => $"'{moment?.ToString("O", CultureInfo.InvariantCulture)}'";
        var rows = $"from logs where service_id = {query.ServiceId} and ts >= {At(query.From)} and ts < {At(query.To)}";
        var template = $"from logs where template_id = {query.TemplateId ?? 0}";
        var minutes = $"(select (count(*) filter (where severity >= 17))::float8 / count(*) as share {rows} group by floor(extract(epoch from {At(query.To)}::timestamptz - ts - interval '1 microsecond') / 60) having count(*) >= 10) m";
        var during = $"(select count(*) {template} and ts >= {At(query.From)} and ts < {At(query.To)})";
        var before = $"(select count(*) {template} and ts >= {At(query.Before ?? query.From)} and ts < {At(query.From)})";
        var sql = (query.Kind, number) switch
        {
            (EvidenceKind.ErrorShare, "records") => $"select count(*)::float8 {rows}",
            (EvidenceKind.ErrorShare, "errors") => $"select count(*)::float8 {rows} and severity >= 17",
            (EvidenceKind.ErrorShare, _) => $"select (count(*) filter (where severity >= 17))::float8 / count(*) {rows}",
            (EvidenceKind.ErrorShareRange, "minutes") => $"select count(*)::float8 from {minutes}",
            (EvidenceKind.ErrorShareRange, "low") => $"select min(share) from {minutes}",
            (EvidenceKind.ErrorShareRange, _) => $"select max(share) from {minutes}",
            (EvidenceKind.TemplateRise, "during") => $"select {during}::float8",
            (EvidenceKind.TemplateRise, "before") => $"select {before}::float8",
            (EvidenceKind.TemplateRise, "duringSeconds") => $"select {(query.To - query.From).TotalSeconds}::float8",
            (EvidenceKind.TemplateRise, "beforeSeconds") => $"select 10 * count(distinct floor(extract(epoch from ts) / 10))::float8 from logs where ts >= {At(query.Before)} and ts < {At(query.From)}",
            (EvidenceKind.Onset, _) => $"select extract(epoch from timestamptz {At(Outage)})::float8",
            (EvidenceKind.Line, "at") => $"select (extract(epoch from ts) * 1000)::float8 from logs where id = {query.LineId}",
            (EvidenceKind.Line, _) => $"select count(*)::float8 from logs where id = {query.LineId}",
            _ => throw new InvalidOperationException($"{query.Kind} {number}"),
        };
        return await Harness.Database.ScalarAsync<double>(sql);
    }

    private static async Task<List<string>> AllAnomaliesAsync(HttpClient http)
    {
        var (detectors, cursor) = (new List<string>(), "");
        while (true)
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/api/anomalies?limit=1&service=payment&min_score=1{cursor}", Cancellation);
            detectors.AddRange(page.GetProperty("anomalies").EnumerateArray().Select(anomaly => anomaly.GetProperty("detector").GetString()!));
            if (page.GetProperty("nextCursor").GetString() is not { } next)
            {
                return detectors;
            }

            cursor = $"&cursor={next}";
        }
    }

    private async Task<WebApplication> ServeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton<TimeProvider>(Harness.Time);
        builder.Services.AddSingleton(Store);
        builder.Services.AddSingleton(Harness.Get<ServiceCatalog>());
        builder.Services.AddSingleton(Harness.Get<ServiceHealthReader>());
        var app = builder.Build();
        app.Use((context, next) =>
        {
            context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "tester")], "test"));
            return next(context);
        });
        var api = app.MapGroup("/api").WithFaults();
        api.MapAnomalies(api);
        await app.StartAsync(Cancellation);
        return app;
    }
}
