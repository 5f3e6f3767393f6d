using Deque.AxeCore.Playwright;
using LogConsole.Anomalies.Incidents;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>axe over the pages in both themes, on a desk and on a phone; calm, in trouble, and empty.</summary>
public sealed class AccessibilityTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 390)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task Overview_AxeFindsNothing(ColorScheme theme, int width)
    {
        await using var host = await UiHost.StartAsync();
        var page = await browser.NewPageAsync(new()
        {
            ColorScheme = theme,
            ViewportSize = new() { Width = width, Height = 900 },
            ReducedMotion = ReducedMotion.Reduce,
        });
        await page.GotoAsync(host.Address);
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);
        await Expect(page.Locator(".apexcharts-bar-series")).Not.ToHaveCountAsync(0);
        await AssertCleanAsync(page, "calm");

        host.Feed.PushStatus(s => s with { DeadLetters = 3, Dropped = 1, LagSeconds = 40 });
        host.Feed.Push(s => s with
        {
            Database = Some.Away,
            OutsideRange = new OutsideRange(5, Some.Now.AddDays(-1), Some.Now.AddDays(-1).AddHours(1)),
        });
        await Expect(page.Locator("[data-database-away]")).ToBeVisibleAsync();
        host.Lines.Answer = place => new LineReading(Some.LineDetails(Some.Line(place.Id)), null);
        await page.Locator(".line").First.ClickAsync();
        await Expect(page.Locator("[data-copy-line]")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("t");
        await Expect(page.Locator(".chart-table tbody tr")).Not.ToHaveCountAsync(0);
        await AssertCleanAsync(page, "in trouble, as a table, a line open");

        await page.Keyboard.PressAsync("?");
        await AssertCleanAsync(page, "with the help open");
        await page.Keyboard.PressAsync("Escape");
        await page.Locator("[data-service-filter]").ClickAsync();
        await AssertCleanAsync(page, "with the services open");
        await page.Keyboard.PressAsync("Escape");

        host.Feed.Push(_ => new OverviewSnapshot { Database = Some.Ready, HasRecords = false });
        await Expect(page.Locator("#first-record")).ToBeVisibleAsync();
        await AssertCleanAsync(page, "empty");
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 390)]
    [InlineData(ColorScheme.Light, 390)]
    public async Task Incidents_AxeFindsNothing(ColorScheme theme, int width)
    {
        await using var host = await UiHost.StartAsync();
        host.Incidents.Set(Some.IncidentDetail(), Some.IncidentDetail(Some.Incident(6, IncidentState.Resolved, 90) with { IsDemo = true, IsHistorical = true }));
        host.Incidents.SetOverview(_ => new OverviewIncidents(Some.Services(), [new IncidentSummary(Some.Incident(7), null)], [Some.Incident(7)]));
        var page = await browser.NewPageAsync(new() { ColorScheme = theme, ViewportSize = new() { Width = width, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync(host.Address + "incidents?state=all");
        await Expect(page.Locator(".incident-row")).ToHaveCountAsync(2);
        await AssertCleanAsync(page, "the list");
        await page.GotoAsync(host.Address + "incidents?state=acknowledged");
        await Expect(page.Locator("#no-incidents")).ToBeVisibleAsync();
        await AssertCleanAsync(page, "nothing in the list");
        await page.GotoAsync(host.Address + "incidents/7");
        await Expect(page.Locator(".apexcharts-line-series path").First).ToBeAttachedAsync();
        await AssertCleanAsync(page, "one incident");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await page.GotoAsync(host.Address);
        await Expect(page.Locator(".mark")).ToHaveCountAsync(1);
        await Expect(page.Locator("[data-service]")).ToHaveCountAsync(4);
        await AssertCleanAsync(page, "the Overview with services");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Phone_NothingIsCutOff_AndTargetsAreLarge()
    {
        await using var host = await UiHost.StartAsync();
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        await page.GotoAsync(host.Address);
        await Expect(page.Locator(".line")).ToHaveCountAsync(40);

        host.Lines.Answer = place => new LineReading(Some.LineDetails(Some.Line(place.Id)), null);
        await page.Locator(".line").First.ClickAsync();
        await Expect(page.Locator("[data-copy-line]")).ToBeVisibleAsync();
        var before = await page.Locator(".line").First.EvaluateAsync<double>("line => line.getBoundingClientRect().top + scrollY");
        host.Feed.Push(s => s with { Lines = s.Lines with { Newest = [.. Enumerable.Range(0, OverviewLines.MaxLines).Select(i => Some.Line(9_000 - i))] } });
        await Expect(page.Locator("[data-lines-held]")).ToBeVisibleAsync();

        Assert.Equal(before, await page.Locator(".line").First.EvaluateAsync<double>("line => line.getBoundingClientRect().top + scrollY"));
        Assert.Equal(390, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        var small = await page.EvaluateAsync<string[]>(
            """
            [...document.querySelectorAll('.page a, .page button, .rail-link')].filter(e => e.checkVisibility() && !e.closest('[popover], p'))
              .filter(e => e.getBoundingClientRect().height < 40).map(e => e.outerHTML.slice(0, 120))
            """);
        Assert.Empty(small);
        await page.Context.CloseAsync();
    }

    private static async Task AssertCleanAsync(IPage page, string state)
    {
        var result = await page.RunAxe();
        var found = result.Violations.Select(v => $"{state}: {v.Id} ({v.Impact}) {string.Join(" | ", v.Nodes.Take(3).Select(n => n.Html[..Math.Min(160, n.Html.Length)]))}");
        Assert.Empty(found);
    }
}
