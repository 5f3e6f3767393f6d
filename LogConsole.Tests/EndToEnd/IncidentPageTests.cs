using LogConsole.Access;
using LogConsole.Anomalies;
using LogConsole.Anomalies.Incidents;
using LogConsole.Storage;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>One incident: what is shown, what proves it, and what people may do about it.</summary>
public sealed class IncidentPageTests(BrowserFixture browser) : PageTest(browser)
{
    [Fact]
    public async Task Page_ShowsHeadlineChartAnomaliesTimelineAndExplanation()
    {
        Host.Incidents.Set(Some.IncidentDetail());
        var page = await GoAsync("incidents/7");

        await Expect(page.Locator("#incident-headline")).ToContainTextAsync("Error share of payments 38 %");
        await Expect(page.Locator("#series-title")).ToHaveTextAsync("Error share of payments");
        await Expect(page.Locator(".apexcharts-line-series path").First).ToBeAttachedAsync();
        await Expect(page.Locator("[data-chart-band]")).ToHaveTextAsync("detector’s band 0\u202F% – 4.0\u202F%");
        await Expect(page.Locator(".apexcharts-yaxis-annotations rect")).ToHaveCountAsync(1);
        await Expect(page.Locator(".mark")).ToHaveCountAsync(1); // both anomalies of the service begin within a few pixels
        await Expect(page.Locator(".anomaly").First).ToContainTextAsync("38\u202F%");
        await Expect(page.Locator(".anomaly").First).ToContainTextAsync("412 of 1\u202F084 records were errors");
        await Expect(page.Locator(".event")).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-method]")).ToHaveTextAsync("Extractive: no language model is configured");
        await Expect(page.Locator(".sentence .cite")).ToHaveCountAsync(7);
        await Expect(page.Locator(".sample-line")).ToHaveCountAsync(3);
        await Expect(page.Locator(".proof-where").First).ToContainTextAsync(":07.038"); // its own time, not its window's
        await Expect(page.Locator("[data-series-left-out]")).ToHaveTextAsync("1 more outside their band, in the list below"); // the new error has no course here

        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator(".chart-table tbody tr").First).ToContainTextAsync("outside");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Axis_TellsTimesInTheZoneOfTheSettings_AndMarksStayInPlace()
    {
        var detail = Some.IncidentDetail();
        Host.Incidents.Set(detail);
        var page = await GoInZoneAsync("incidents/7", "Asia/Kathmandu");
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu");

        var times = await AxisTimesAsync(page);

        Assert.NotEmpty(times);
        Assert.All(times, time => Assert.InRange(
            time, TimeZoneInfo.ConvertTime(detail.Series[0].From.AddMinutes(-1), zone).TimeOfDay, TimeZoneInfo.ConvertTime(detail.Series[0].To.AddMinutes(1), zone).TimeOfDay));
        var grid = (await page.Locator(".apexcharts-grid").BoundingBoxAsync())!;
        var mark = (await page.Locator(".mark").First.BoundingBoxAsync())!;
        Assert.InRange(mark.X, grid.X + (0.3 * grid.Width), grid.X + (0.7 * grid.Width));
    }

    [Fact]
    public async Task TimeNobodyListenedTo_IsShaded_AndASeriesWithoutBand_SaysWhatIsExpected()
    {
        var detail = Some.IncidentDetail();
        var silent = detail.Anomalies[^1] with { Detected = new DetectedAnomaly("silence", 1, "log_rate", null, AnomalyDirection.Gone, 0, 1, 110, 0, 20, 88, []) };
        var course = detail.Series[^1];
        Host.Incidents.Set(detail with
        {
            Anomalies = [.. detail.Anomalies.SkipLast(1), silent],
            Series = [course with { Band = null, Values = [null, null, .. course.Values.Skip(2)], Unheard = [course.From, course.From + course.Width] }],
        });
        var page = await GoAsync("incidents/7");

        await Expect(page.Locator(".apexcharts-xaxis-annotations rect")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-chart-gap]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-chart-band]")).ToHaveTextAsync("no expected band; longest pause so far 20\u202Fs");
        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator(".chart-table tbody tr").Last).ToContainTextAsync("no record of this time");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task HalfTypedNote_OutlivesAReload_AndIsGoneOnceSent()
    {
        Host.Incidents.Set(Some.IncidentDetail());
        var page = await GoAsync("incidents/7");
        await page.Locator("#note").FillAsync("half a tho");
        await page.ReloadAsync();
        await Expect(page.Locator("#note")).ToHaveValueAsync("half a tho");

        await page.GetByRole(AriaRole.Button, new() { Name = "Add the note" }).ClickAsync();
        await Expect(page.Locator("[data-event=note] .event-text")).ToHaveTextAsync("half a tho");
        await Expect(page.Locator("#note")).ToHaveValueAsync("");
        await Expect(page.Locator("#note")).ToBeEnabledAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("[data-event=note]")).ToHaveCountAsync(1);
        Assert.Equal(0, await page.EvaluateAsync<int>("sessionStorage.length"));
    }

    [Fact]
    public async Task Chips_LightTheirProofOnHoverAndFocus_AndOpenIt()
    {
        Host.Incidents.Set(Some.IncidentDetail());
        var page = await GoAsync("incidents/7");
        await Expect(page.Locator(".apexcharts-line-series path").First).ToBeAttachedAsync();

        await page.Locator(".cite[data-cites=e3]").HoverAsync();
        await Expect(page.Locator("[data-proof][data-lit]")).ToHaveAttributeAsync("data-proof", "e3");
        await Expect(page.Locator(".apexcharts-xaxis-annotations rect")).ToHaveCountAsync(1);
        await page.Locator(".cite[data-cites=e6]").FocusAsync();
        await Expect(page.Locator("[data-proof][data-lit]")).ToHaveAttributeAsync("data-proof", "e6");

        await page.Locator("[data-series-choice]").Last.ClickAsync();
        await Expect(page.Locator("#series-title")).ToHaveTextAsync("Volume of checkout");
        await page.Locator(".cite[data-cites=e1]").ClickAsync();
        await Expect(page).ToHaveURLAsync(Host.Address + "incidents/7?series=31");
        await Expect(page.Locator("#series-title")).ToHaveTextAsync("Error share of payments");

        await page.Locator(".sample-line").First.PressAsync("Enter");
        await Expect(page.Locator("[data-range=fixed]")).ToBeVisibleAsync();
        Assert.Contains("service=payments", page.Url, StringComparison.Ordinal);
        Assert.Contains("line=", page.Url, StringComparison.Ordinal);
        await Expect(page.Locator("[data-line-gone]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Acknowledge_Note_Resolve_GoRound()
    {
        Host.Incidents.Set(Some.IncidentDetail());
        var page = await GoAsync("incidents/7");
        await Expect(page.Locator("[data-open-incidents]")).ToHaveCountAsync(1);

        Host.Incidents.Refusal = new DatabaseUnavailableException("away");
        await page.Locator("[data-acknowledge]").ClickAsync();
        await Expect(page.Locator(".incident-fault")).ToContainTextAsync("Nothing was changed");
        await page.Locator("#incident-headline").ClickAsync();
        await page.Keyboard.PressAsync("a");
        await Expect(page.Locator("[data-holder]")).ToContainTextAsync("local took it at");
        await Expect(page.Locator(".incident-title .state")).ToHaveTextAsync("acknowledged");
        await Expect(page.Locator("[data-acknowledge]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-open-incidents]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-event=acknowledged]")).ToContainTextAsync("by local");

        await page.Locator("#note").FillAsync("restarting <b>pay-3</b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "Add the note" }).ClickAsync();
        await Expect(page.Locator("[data-event=note] .event-text")).ToHaveTextAsync("restarting <b>pay-3</b>");
        await Expect(page.Locator("#note")).ToHaveValueAsync("");

        await page.Locator("[data-resolve]").ClickAsync();
        await Expect(page.Locator("[data-holder]")).ToContainTextAsync("local resolved it");
        await Expect(page.Locator("[data-resolve]")).ToHaveCountAsync(0);
        Assert.Equal(["ack 7 by local", "note 7 by local", "resolve 7 by local"], Host.Incidents.Done);
    }

    [Fact]
    public async Task WhoMayOnlyRead_SeesNoButtons()
    {
        await using var host = await UiHost.StartAsync(AccessScopes.Read);
        host.Incidents.Set(Some.IncidentDetail());
        var page = await GoAsync("incidents/7", address: host.Address);

        await Expect(page.Locator("[data-may-not]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-acknowledge], [data-resolve], .note-form")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task UnknownIncident_SaysSo_AndOneWithoutExplanation_WaitsForIt()
    {
        var page = await GoAsync("incidents/99");
        await Expect(page.Locator("#no-incident")).ToHaveTextAsync("There is no incident 99");

        Host.Incidents.Set(Some.IncidentDetail(Some.Incident(99)) with { Explanation = null, Series = [] });
        await Expect(page.Locator(".explanation")).ToContainTextAsync("It is being written");
        Host.Incidents.Set(Some.IncidentDetail(Some.Incident(99, IncidentState.Acknowledged)));
        await Expect(page.Locator(".sentence")).ToHaveCountAsync(4);
        await Expect(page.Locator(".apexcharts-line-series path").First).ToBeAttachedAsync();
        Assert.Empty(Problems);
    }
}
