using LogConsole.Anomalies.Incidents;
using LogConsole.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The list of incidents: filters in the address, live, by keyboard, page by page, hostile names as text.</summary>
public sealed class IncidentListTests(BrowserFixture browser) : PageTest(browser)
{
    [Fact]
    public async Task List_ShowsOpenOnes_FollowsTheFeed_AndFiltersByItsAddress()
    {
        Host.Incidents.Set(
            Some.IncidentDetail(Some.Incident(7, others: "checkout")),
            Some.IncidentDetail(Some.Incident(6, IncidentState.Acknowledged, 60, "search")),
            Some.IncidentDetail(Some.Incident(5, IncidentState.Resolved, 600) with { IsDemo = true, IsHistorical = true }));
        var page = await GoAsync("incidents");

        var row = page.Locator(".incident-row");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row).ToContainTextAsync("Error share of payments 38 %");
        await Expect(row).ToContainTextAsync("\"Gateway <*> timed out after <*> ms\" in payments came 57 times");
        await Expect(row.Locator(".chip")).ToHaveTextAsync(["payments", "checkout"]);
        await Expect(row.Locator(".incident-holder")).ToHaveTextAsync("nobody yet");
        await Expect(page.Locator("[data-open-incidents]")).ToHaveAttributeAsync("data-open-incidents", "1");
        await Expect(page).ToHaveTitleAsync("Incidents · LogConsole");
        await Expect(page.Locator("h1")).ToHaveTextAsync("Incidents");

        Host.Incidents.Set(
            Some.IncidentDetail(Some.Incident(8, minutesAgo: 2, service: "auth")),
            Some.IncidentDetail(Some.Incident(7)),
            Some.IncidentDetail(Some.Incident(5, IncidentState.Resolved, 600) with { IsDemo = true, IsHistorical = true }));
        await Expect(row).ToHaveCountAsync(2);
        await Expect(row.First).ToContainTextAsync("auth");
        await Expect(page.Locator("[data-open-incidents]")).ToHaveAttributeAsync("data-open-incidents", "2");

        await page.Locator("[data-filter-state=resolved]").ClickAsync();
        await Expect(page).ToHaveURLAsync(Host.Address + "incidents?state=resolved");
        await Expect(row).ToHaveCountAsync(1);
        await Expect(row.Locator(".badge")).ToHaveTextAsync(["demo", "historical"]);
        await Expect(row.Locator(".incident-holder")).ToHaveTextAsync("resolved by grace");

        await page.Locator("[data-filter-state=acknowledged]").ClickAsync();
        await Expect(page.Locator("#no-incidents")).ToHaveTextAsync("Nobody is working on an incident");
        await page.GoBackAsync();
        await Expect(row).ToHaveCountAsync(1);
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Keys_WalkTheRows_AndEnterOpensOne_AndPagesAreReachedByLink()
    {
        Host.Incidents.PageSize = 3;
        Host.Incidents.Set([.. Enumerable.Range(1, 5).Select(i => Some.IncidentDetail(Some.Incident(i, minutesAgo: 10 * i)))]);
        var page = await GoAsync("incidents?service=payments");
        await Expect(page.Locator(".incident-row")).ToHaveCountAsync(3);
        Assert.Equal("payments", Host.Incidents.Lists[^1].Service);

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator("[data-incident='2'] [data-row]")).ToBeFocusedAsync();

        await page.Locator("[data-older]").ClickAsync();
        await Expect(page.Locator(".incident-row")).ToHaveCountAsync(2);
        await Expect(page.Locator("[data-incident='4']")).ToBeVisibleAsync();
        Assert.Contains("after=", page.Url, StringComparison.Ordinal);
        Assert.Contains("service=payments", page.Url, StringComparison.Ordinal);

        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(Host.Address + "incidents/4");
        await Expect(page.Locator("#incident-headline")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task HostileNames_StayText()
    {
        Host.Incidents.Set(Some.IncidentDetail(Some.Incident(7, service: Some.HostileName), line: Some.HostileName));
        Host.Incidents.SetOverview(one => one with { Services = [Some.Health(1, Some.HostileName, LogConsole.Anomalies.ServiceCondition.Ok, 1, 0)], Marked = [Some.Incident(7, service: Some.HostileName)] });
        foreach (var path in (string[])["incidents", "incidents/7", ""])
        {
            var page = await GoAsync(path);
            await Expect(page.GetByText("<img src=x onerror=alert(1)>").First).ToBeVisibleAsync();
            Assert.Equal(0, await page.Locator("main img").CountAsync());
            Assert.DoesNotContain('\u202E', await page.Locator("main").InnerTextAsync());
            await page.Context.CloseAsync();
        }

        Assert.Empty(Problems);
    }

    [Fact]
    public async Task DatabaseAway_SaysSo_AndKeepsTheRows_AndAHiddenTabIsSentNothing()
    {
        Host.Incidents.Set(Some.IncidentDetail());
        var page = await GoAsync("incidents");
        await Expect(page.Locator(".incident-row")).ToHaveCountAsync(1);

        Host.Incidents.SetAway(Some.Away);
        await Expect(page.Locator("[data-database-away]")).ToContainTextAsync("The database is not reachable");
        await Expect(page.Locator(".incident-row")).ToHaveCountAsync(1);
        Host.Incidents.SetAway(null);
        await Expect(page.Locator("[data-database-away]")).ToHaveCountAsync(0);

        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))");
        await Host.Incidents.WhenAsync(feed => feed.OpenWatches == 0);
        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { get: () => false }); document.dispatchEvent(new Event('visibilitychange'))");
        await Host.Incidents.WhenAsync(feed => feed.OpenWatches == 2);
    }
}
