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
        await badge.ClickAsync();
        var panel = page.Locator("#demo-data");
        await panel.Locator("input").FillAsync("300");
        await panel.Locator("input").PressAsync("Tab");
        await panel.GetByText("Stop", new() { Exact = true }).ClickAsync();
        await Expect(badge).ToHaveAttributeAsync("data-demo", "stopped");
        await panel.GetByText("Stop and clear").ClickAsync();

        await Expect(badge).ToHaveCountAsync(0);
        Assert.Equal(0, (await Console.GetAsync("/api/logs")).Json.GetProperty("logs").GetArrayLength());
        await page.GotoAsync(Console.Address + "audit");
        await Expect(page.Locator("[data-action^='demo.'] td:nth-child(3)")).ToHaveTextAsync(["demo.cleared", "demo.stopped", "demo.tuned"]);
        await Expect(page.Locator("[data-action='demo.tuned']")).ToContainTextAsync("300 records a second");
        Assert.Empty(Problems);
    }
}
