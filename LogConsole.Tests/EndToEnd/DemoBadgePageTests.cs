using System.Net.Http.Json;
using LogConsole.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The demo stream in the hands of an administrator, on the real page of a real console.</summary>
[Collection(ProcessCollection.Name)]
public sealed class DemoBadgePageTests(BrowserFixture browser)
    : LivePageTest(browser, new Dictionary<string, string> { ["Simulator:Enabled"] = "true", ["Simulator:EventsPerSecond"] = "200" })
{
    [Fact]
    public async Task Demo_TunedStoppedAndCleared_IsGoneAndAudited()
    {
        var page = await OpenPageAsync("");
        var badge = page.Locator("[data-demo]");
        await Expect(badge).ToHaveAttributeAsync("data-demo", "running");
        using (var tuned = await Console.Http.PutAsJsonAsync(new Uri("/api/simulator", UriKind.Relative), new { eventsPerSecond = 250 }, TestContext.Current.CancellationToken))
        using (var asked = await Console.Http.PostAsJsonAsync(
            new Uri("/api/simulator/faults", UriKind.Relative), new { kind = "bad_deploy", duration = "4m", intensity = 0.9 }, TestContext.Current.CancellationToken))
        {
            Assert.Equal((System.Net.HttpStatusCode.OK, System.Net.HttpStatusCode.Created), (tuned.StatusCode, asked.StatusCode));
        }

        // Real records bring the offer; it asks first, too.
        Assert.Equal(System.Net.HttpStatusCode.OK, (await Console.IngestAsync(ConsoleRequests.Lines(1, "real"))).Status);
        await page.GetByText("Real records arrive: stop and clear the demo").ClickAsync();
        await page.Locator(".honesty .demo-question").GetByText("Cancel", new() { Exact = true }).ClickAsync();
        await Expect(page.GetByText("Real records arrive: stop and clear the demo")).ToBeVisibleAsync();
        await Expect(badge).ToHaveAttributeAsync("data-demo", "running");

        await badge.ClickAsync();
        var panel = page.Locator("#demo-data");
        await panel.Locator("input").FillAsync("300");
        await panel.Locator("input").PressAsync("Tab");
        await panel.GetByText("Stop", new() { Exact = true }).ClickAsync();
        await Expect(badge).ToHaveAttributeAsync("data-demo", "stopped");

        // One click deletes nothing, and may be taken back.
        await panel.GetByText("Stop and clear", new() { Exact = true }).ClickAsync();
        await Expect(panel.Locator(".demo-question")).ToContainTextAsync("Really stop and clear? Its records, incidents and notes are deleted.");
        await panel.GetByText("Cancel", new() { Exact = true }).ClickAsync();
        await Expect(panel.Locator(".demo-question")).ToHaveCountAsync(0);
        Assert.NotEqual(0, (await Console.GetAsync("/api/logs")).Json.GetProperty("logs").GetArrayLength());
        await panel.GetByText("Stop and clear", new() { Exact = true }).ClickAsync();
        await panel.GetByText("Really stop and clear", new() { Exact = true }).ClickAsync();

        await Expect(badge).ToHaveCountAsync(0);
        Assert.Equal(1, (await Console.GetAsync("/api/logs")).Json.GetProperty("logs").GetArrayLength());
        await page.GotoAsync(Console.Address + "audit");
        await Expect(page.Locator("[data-action^='demo.'] td:nth-child(3)")).ToHaveTextAsync(["demo.cleared", "demo.stopped", "demo.tuned"]);
        await Expect(page.Locator("[data-action='demo.tuned']")).ToContainTextAsync("300 records a second");
        await Expect(page.Locator("[data-action='request'] td:nth-child(5)")).ToHaveTextAsync(
            ["kind bad_deploy, service auth, duration 00:04:00, intensity 0.9; answered 201", "eventsPerSecond 250; answered 200"]);
        Assert.Empty(Problems);
    }
}
