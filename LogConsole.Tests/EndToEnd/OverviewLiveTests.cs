using System.Globalization;
using System.Net;
using System.Text.Json;
using Deque.AxeCore.Playwright;
using LogConsole.Components;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The whole way of a record: over HTTP into a real console, onto the page of a real browser that is never reloaded by the test.</summary>
[Collection(ProcessCollection.Name)]
public sealed class OverviewLiveTests(BrowserFixture browser) : LivePageTest(browser)
{
    private const string ShapesScript = "[...document.querySelectorAll('.apexcharts-bar-series path')].map(path => path.getAttribute('d')).join()";

    [Fact]
    public async Task RecordsSent_AppearWithoutReload_AndEveryPlaceTellsTheSameNumbers()
    {
        var page = await OpenAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "No records yet" })).ToBeVisibleAsync();
        await page.EvaluateAsync("window.neverReloaded = true");

        await SendAsync(("info", 30), ("error", 6), ("warn", 4));
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
        await Expect(page.Locator("[data-series=error] b")).ToHaveTextAsync("6");
        await Expect(page.Locator(".apexcharts-bar-series path").First).ToBeAttachedAsync();
        var before = await page.EvaluateAsync<string>(ShapesScript);

        await SendAsync(("error", 14), ("fatal", 1), ("info", 245));
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("info 244");
        await Expect(page.Locator("[data-series=error] b")).ToHaveTextAsync("20");
        await page.WaitForFunctionAsync($"before => {ShapesScript} !== before", before);
        await Expect(page.Locator("[data-tile=errors] .tile-value")).ToHaveTextAsync(Format.Share(21 / 300.0));
        await Expect(page.Locator("[data-figure=late]")).ToContainTextAsync("0");

        await AssertSameNumbersAsync(page, new() { ["info"] = 275, ["warn"] = 4, ["error"] = 20, ["fatal"] = 1 });
        var axe = await page.RunAxe();
        Assert.Empty(axe.Violations.Select(violation => $"{violation.Id} ({violation.Impact})"));
        Assert.True(await page.EvaluateAsync<bool>("window.neverReloaded"));
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task ConsoleKilledAndStartedAgain_ThePageComesBackFilledFromWhatIsStored()
    {
        await SendAsync(("info", 10), ("error", 5));
        var page = await OpenAsync();
        await Expect(page.Locator("[data-series=info] b")).ToHaveTextAsync("10");

        await KillAndStartAgainAsync(page);
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        Problems.Clear(); // a browser says aloud that a connection was refused
        await Expect(page.Locator(".line")).ToHaveCountAsync(15);
        await Expect(page.Locator("[data-series=info] b")).ToHaveTextAsync("10");
        await Expect(page.Locator(".apexcharts-bar-series path").First).ToBeAttachedAsync();

        await SendAsync(("error", 3));
        await Expect(page.Locator("[data-series=error] b")).ToHaveTextAsync("8");
        await Expect(page.Locator(".line")).ToHaveCountAsync(18);
        await AssertSameNumbersAsync(page, new() { ["info"] = 10, ["error"] = 8 });
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task RecordsWithOldTimes_AreAnnounced_AndTheLinkShowsThem()
    {
        var page = await OpenAsync();
        await SendAsync(("info", 3));
        await Expect(page.Locator(".line")).ToHaveCountAsync(3);
        await Expect(page.Locator("[data-outside-range]")).ToHaveCountAsync(0);

        var old = TimeProvider.System.GetUtcNow().AddDays(-2);
        Assert.Equal(HttpStatusCode.OK, (await Console.IngestAsync(ConsoleRequests.Lines(7, "from the day before yesterday", old))).Status);

        await Expect(page.Locator("[data-outside-range]")).ToContainTextAsync("7 records received in this range happened outside it");
        await page.Locator("[data-outside-range] a").ClickAsync();
        await Expect(page.GetByText("Go live")).ToBeVisibleAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(7);
        await Expect(page.Locator(".line-text").First).ToHaveTextAsync("from the day before yesterday 6");
        await Expect(page.Locator("[data-outside-range]")).ToHaveCountAsync(0);
        await page.GetByText("Go live").ClickAsync();
        await Expect(page.Locator("[data-series=info] b")).ToHaveTextAsync("3");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task LineOpened_ShowsWhatIsStoredOfIt()
    {
        var page = await OpenAsync();
        var now = TimeProvider.System.GetUtcNow();
        var record = $$$"""
            {"ts":"{{{now.AddHours(5):yyyy-MM-ddTHH:mm:ss}}}.123456789","service":"shop","level":"NOTICE","msg":"paid order 7","host":"node-9",
             "trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","order":{"id":12345678901234567,"tags":["eu"]}}
            """.ReplaceLineEndings("");
        Assert.Equal(HttpStatusCode.OK, (await Console.IngestAsync(record)).Status);

        await page.Locator(".line").First.ClickAsync();

        var detail = page.Locator(".line-detail");
        var stored = (await Console.GetAsync("/api/logs")).Json.GetProperty("logs")[0];
        await Expect(detail.Locator(".sheet-fields")).ToContainTextAsync(stored.GetProperty("timestamp").GetString()!);
        await Expect(detail.Locator(".sheet-fields")).ToContainTextAsync("before it happened, by the sender’s clock");
        await Expect(detail.Locator(".sheet-fields")).ToContainTextAsync("node-9");
        await Expect(detail.Locator(".sheet-fields")).ToContainTextAsync("4bf92f3577b34da6a3ce929d0e0e4736");
        await Expect(detail.Locator(".sheet-fields")).ToContainTextAsync("00f067aa0ba902b7");
        await Expect(detail.Locator(".sheet-fields")).ToContainTextAsync("paid order <*> id " + stored.GetProperty("templateId").GetString());
        await Expect(detail.Locator(".sheet-fields")).ToContainTextAsync("http");
        await Expect(detail.Locator(".sheet-json")).ToContainTextAsync("12345678901234567");
        await Expect(detail.Locator(".sheet-odd li")).ToHaveCountAsync(2); // the clock, the zone

        await Expect(page.Locator("[data-outside-range]")).ToContainTextAsync("It carries a time after its arrival");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task RecordsFromTheEdgesOfTime_DisturbNobody()
    {
        var page = await OpenAsync();
        await SendAsync(("info", 3));

        // What programs send that never set their timestamp, or set it for ever.
        foreach (var edge in new[] { "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "1970-01-01T00:00:00Z" })
        {
            Assert.Equal(HttpStatusCode.OK, (await Console.IngestAsync($$"""{"ts":"{{edge}}","service":"shop","msg":"from {{edge}}"}""")).Status);
        }

        await Expect(page.Locator(".line")).ToHaveCountAsync(6);
        await Expect(page.Locator("[data-outside-range]")).ToContainTextAsync("3 records received in this range happened outside it");
        await SendAsync(("error", 2));
        await Expect(page.Locator("[data-series=error] b")).ToHaveTextAsync("2");
        await page.Locator("[data-outside-range] a").ClickAsync();
        await Expect(page.GetByText("Go live")).ToBeVisibleAsync();
        await Expect(page.Locator(".line")).ToHaveCountAsync(8);
        await Expect(page.Locator(".pane-message")).ToHaveCountAsync(0);
        await Expect(page.Locator(".apexcharts-xaxis-texts-g")).ToContainTextAsync("0001");

        Assert.Equal(8, (await Console.GetAsync("/api/logs")).Json.GetProperty("logs").GetArrayLength());
        Assert.Equal(HttpStatusCode.OK, (await Console.GetAsync("/api/metrics/series?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z")).Status);
        Assert.False((Console.Output + Console.Errors).Contains("Exception", StringComparison.Ordinal), Console.Output + Console.Errors);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task HostileRecords_AreShownAndDoNothing()
    {
        const string script = "<script>document.title='pwned'</script><img src=x onerror=\"document.title='pwned'\">";
        var page = await OpenAsync();
        string[] messages =
        [
            script,
            "\u001b[31mred\u001b[0m \u001b]0;pwned\u0007title \u202egnp.exe \u0000nul",
            "{{7*7}} ${7*7} %s%n ' or 1=1; drop table logs; --",
            "long " + new string('x', 1 << 20) + script,
        ];
        foreach (var message in messages)
        {
            var record = JsonSerializer.Serialize(new { service = "<b>svc</b>", level = "<i>", msg = message, key = script });
            Assert.Equal(HttpStatusCode.OK, (await Console.IngestAsync(record)).Status);
        }

        await Expect(page.Locator(".line")).ToHaveCountAsync(4);
        await Expect(page.Locator(".line-text").Nth(3)).ToHaveTextAsync(script);
        await Expect(page.Locator(".line-text").Nth(2)).ToHaveTextAsync("red title \\u202egnp.exe \uFFFDnul");
        await Expect(page.Locator(".line-text").Nth(1)).ToHaveTextAsync(messages[2]);
        await Expect(page.Locator(".line-text").Nth(0)).ToContainTextAsync("long xxx");
        await Expect(page.Locator(".line-service").First).ToHaveTextAsync("<b>svc</b>");
        for (var line = 0; line < 4; line++)
        {
            await page.Locator(".line").Nth(line).ClickAsync();
        }

        await page.Locator("[data-service-filter]").ClickAsync();
        await Expect(page.Locator(".services li").Last).ToHaveTextAsync("<b>svc</b>");
        await Expect(page.Locator("main img, main script, .services b, .line b, .line-detail b")).ToHaveCountAsync(0);
        await Expect(page).ToHaveTitleAsync("Overview · LogConsole");

        var stored = (await Console.GetAsync("/api/logs?service=" + Uri.EscapeDataString("<b>svc</b>"))).Json.GetProperty("logs");
        Assert.Equal(4, stored.GetArrayLength());
        Assert.Equal(1 << 20, stored[0].GetProperty("body").GetString()!.Length);
        Assert.Contains("truncated", stored[0].GetProperty("flags").EnumerateArray().Select(flag => flag.GetString()));
        Assert.Empty(Problems);
    }

    // The page's table, the API and the database, by severity.
    private async Task AssertSameNumbersAsync(IPage page, Dictionary<string, long> expected)
    {
        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator(".chart-table tbody tr")).Not.ToHaveCountAsync(0);
        var columns = await page.EvaluateAsync<Dictionary<string, long>>(
            """
            () => {
              const names = [...document.querySelectorAll('.chart-table thead th')].map(cell => cell.textContent).slice(1, -2);
              const rows = [...document.querySelectorAll('.chart-table tbody tr')];
              return Object.fromEntries(names.map((name, i) => [name, rows.reduce((sum, row) => sum + Number(row.cells[i + 1].textContent.replace(/\s/g, '')), 0)]));
            }
            """);
        Assert.Equal(expected.OrderBy(band => band.Key), columns.OrderBy(band => band.Key));
        await page.Keyboard.PressAsync("t");

        var answer = (await Console.GetAsync("/api/metrics/series?metric=log_count&by=severity&from=20m")).Json.GetProperty("series");
        var series = answer.EnumerateArray().ToDictionary(
            one => one.GetProperty("severity").GetString()!,
            one => (long)one.GetProperty("points").EnumerateArray().Sum(point => point.GetProperty("v").GetDouble()));
        Assert.Equal(expected.OrderBy(band => band.Key), series.OrderBy(band => band.Key));

        await using var database = await Console.OpenDatabaseAsync();
        var stored = await StoredFigures.RowsAsync(database, "select lower(severity_text) collate \"C\", count(*) from logs group by 1 order by 1");
        Assert.Equal(expected.OrderBy(band => band.Key, StringComparer.Ordinal).Select(band => $"{band.Key}|{band.Value}"), stored);
    }

    // One request, in the given order: "info 0", "info 1", …
    private async Task SendAsync(params (string Level, int Count)[] levels)
    {
        var now = TimeProvider.System.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        var lines = levels.SelectMany(level => Enumerable.Range(0, level.Count).Select(n =>
            $$"""{"ts":"{{now}}","service":"shop","level":"{{level.Level}}","msg":"{{level.Level}} {{n}}"}"""));
        Assert.Equal(HttpStatusCode.OK, (await Console.IngestAsync(string.Join('\n', lines))).Status);
    }

    private async Task<IPage> OpenAsync()
    {
        var page = await OpenPageAsync("");
        await Expect(page.Locator(".tile .tile-value, .empty").First).ToBeVisibleAsync();
        return page;
    }
}
