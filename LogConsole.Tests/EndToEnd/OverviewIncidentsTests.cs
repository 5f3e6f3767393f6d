using LogConsole.Anomalies;
using LogConsole.Anomalies.Incidents;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>What the Overview shows of services and incidents: marks that open, the grid, the newest.</summary>
public sealed class OverviewIncidentsTests(BrowserFixture browser) : OverviewBrowserTest(browser)
{
    [Fact]
    public async Task Services_FollowTheFilter_AndNameTheirWindows()
    {
        Host.Incidents.SetOverview(overview => overview with { Services = Some.Services() });
        var page = await OpenAsync("?service=checkout");
        await Expect(page.Locator(".service-grid tbody th a")).ToHaveTextAsync(["checkout"]);
        await Expect(page.Locator(".service-grid thead")).ToContainTextAsync("Errors 5 min");
        await Expect(page.Locator(".service-grid thead")).ToContainTextAsync("Rate 1 min");

        await page.GetByRole(AriaRole.Link, new() { Name = "All 4 services" }).ClickAsync();
        await Expect(page.Locator(".service-grid tbody th a")).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task Phone_ServicesAreNamedInFull()
    {
        Host.Incidents.SetOverview(overview => overview with { Services = [.. Some.Services().Select(service => service with { IsDemo = true })] });
        var page = await OpenAsync(options: new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        await Expect(page.Locator(".service-grid tbody tr")).ToHaveCountAsync(4);
        foreach (var name in await page.Locator(".service-grid tbody th a, .service-grid tbody .condition, .service-grid tbody .number").AllAsync())
        {
            Assert.False(await name.EvaluateAsync<bool>("element => element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight"), await name.TextContentAsync());
        }
    }

    [Fact]
    public async Task Marks_StandWhereIncidentsBegan_AndOpenThem()
    {
        Host.Incidents.Set(Some.IncidentDetail());
        Host.Incidents.SetOverview(one => one with { Marked = [Some.Incident(7), Some.Incident(6, IncidentState.Resolved, 5)] });
        var page = await OpenAsync();

        await Expect(page.Locator(".mark")).ToHaveCountAsync(2);
        var plot = (await page.Locator(".apexcharts-grid").BoundingBoxAsync())!;
        var mark = (await page.Locator(".mark-diamond[data-state=open] i").BoundingBoxAsync())!;
        Assert.InRange((mark.X + (mark.Width / 2) - plot.X) / plot.Width, 0.14, 0.27); // 12 of 15 minutes ago
        await Expect(page.Locator(".mark-diamond[data-state=open]")).ToContainTextAsync("Error share of payments 38 %");

        Host.Feed.Push(s => s with { Chart = Some.Chart(TimeSpan.FromMinutes(15), scale: 2) });
        await Expect(page.Locator(".mark")).ToHaveCountAsync(2);
        await page.Locator(".mark-diamond[data-state=open]").ClickAsync();
        await Expect(page).ToHaveURLAsync(Host.Address + "incidents/7");
        await Expect(page.Locator("#incident-headline")).ToBeVisibleAsync();
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Grid_TroubleFirst_RowOpensTheService_StateOpensTheIncident()
    {
        Host.Incidents.Set(Some.IncidentDetail());
        Host.Incidents.SetOverview(_ => new OverviewIncidents(Some.Services(), [new IncidentSummary(Some.Incident(7), "It began in payments.")], []));
        var page = await OpenAsync("?range=60m");

        await Expect(page.Locator("[data-service] th")).ToHaveTextAsync(["search", "payments", "shipping", "checkout"]);
        await Expect(page.Locator("[data-service] .condition")).ToHaveTextAsync(["silent", "anomalous", "learning 40 of 60", "ok"]);
        await Expect(page.Locator("[data-service] .number")).ToHaveTextAsync(["0/s", "–", "41/s", "38\u202F%", "3.4/s", "0\u202F%", "120/s", "1.2\u202F%"]);
        await Expect(page.Locator("[data-services-note]")).ToHaveTextAsync("2 of 4 need a look");
        await Expect(page.Locator(".newest-row")).ToContainTextAsync("It began in payments.");
        await Expect(page.Locator(".newest-row")).ToContainTextAsync("nobody yet");

        await page.Locator("[data-service=checkout] th a").ClickAsync();
        await Expect(page).ToHaveURLAsync(Host.Address + "?range=60m&service=checkout");
        await Host.Feed.WhenAsync(feed => feed.Views[^1].Service == "checkout");
        await page.GetByRole(AriaRole.Link, new() { Name = "All 4 services" }).ClickAsync();
        await page.Locator("[data-service=payments] .condition").ClickAsync();
        await Expect(page).ToHaveURLAsync(Host.Address + "incidents/7");
    }

    [Fact]
    public async Task NothingYet_PanesSayWhatWillBeHere()
    {
        var page = await OpenAsync();

        await Expect(page.Locator(".service-card")).ToContainTextAsync("No service has sent anything yet");
        await Expect(page.Locator(".newest-card")).ToContainTextAsync("Nothing has left its expected band");

        Host.Incidents.SetOverview(_ => new OverviewIncidents([.. Some.Services().Where(service => service.Condition == ServiceCondition.Learning)], [], []));
        await Expect(page.Locator(".newest-card")).ToContainTextAsync("Nothing is judged yet: 1 of 1 services are learning.");
    }
}
