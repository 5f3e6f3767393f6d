using System.Net;
using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The Stream page of a real console: what was stored is on the page, or the page says how much of it is not.</summary>
[Collection(ProcessCollection.Name)]
public sealed class StreamLiveTests(BrowserFixture browser) : LivePageTest(browser)
{
    [Fact]
    public async Task TwoThousandASecond_ShownAndSaidAsSampled_IsWhatWasStored()
    {
        const int batches = 60;
        const int lines = 200;
        await SendAsync(1, "first");
        var page = await OpenAsync();
        for (var batch = 0; batch < batches; batch++)
        {
            await SendAsync(lines, $"batch {batch}");
        }

        const int stored = 1 + (batches * lines);
        await page.WaitForFunctionAsync(
            "stored => { const { shown, skipped, missed } = document.querySelector('.tail').dataset; return +shown + +skipped + +missed === stored; }", stored);
        Assert.True(await page.Locator(".tail").EvaluateAsync<int>("tail => +tail.dataset.skipped") > 0, "nothing was sampled: the load was too small to tell");
        Assert.Equal(0, await page.Locator(".tail").EvaluateAsync<int>("tail => +tail.dataset.missed"));

        await page.Keyboard.PressAsync("p");
        await page.Locator("[data-tail-sampled]").ClickAsync();
        await Expect(page.Locator("[data-tail-state]")).ToHaveTextAsync("fixed range");
        await Expect(page.Locator(".tail-space .srow").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ConsoleKilledAndStartedAgain_TheSameViewComesBackComplete()
    {
        await SendAsync(5, "before");
        var page = await OpenAsync("stream?q=fore");
        await Expect(page.Locator(".tail-space .srow-text")).ToHaveCountAsync(5);
        await page.Locator(".tail-space .srow").First.ClickAsync();
        await Expect(page.Locator(".drawer-text")).ToHaveTextAsync("before 4");

        await KillAndStartAgainAsync(page);
        await SendAsync(2, "therefore");
        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        await Expect(page.Locator(".drawer-text")).ToHaveTextAsync("before 4");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".tail-space .srow-text")).ToHaveTextAsync(["therefore 1", "therefore 0", "before 4", "before 3", "before 2", "before 1", "before 0"]);
    }

    [Fact]
    public async Task OneRecord_IsFoundByItsId_WithItsContext()
    {
        await SendAsync(10, "line");
        var all = (await Console.GetAsync("/api/logs")).Json.GetProperty("logs");
        var id = all[4].GetProperty("id").GetString();

        var one = await Console.GetAsync($"/api/logs/{id}");
        Assert.Equal((HttpStatusCode.OK, "line 5", "http"), (one.Status, one.Json.GetProperty("body").GetString(), one.Json.GetProperty("source").GetString()));
        var context = (await Console.GetAsync($"/api/logs/{id}/context?before=2&after=1")).Json.GetProperty("logs");
        Assert.Equal(["line 6", "line 5", "line 4", "line 3"], context.EnumerateArray().Select(log => log.GetProperty("body").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await Console.GetAsync("/api/logs/7")).Status);
        foreach (var bad in new[] { "/api/logs/x", $"/api/logs/{id}/context?scope=y", $"/api/logs/{id}/context?after=0", "/api/logs?trace=1", "/api/logs?kind=y", "/api/logs?severities=loud", "/api/logs?notTemplate=x" })
        {
            Assert.Equal((bad, HttpStatusCode.BadRequest), (bad, (await Console.GetAsync(bad)).Status));
        }
    }

    private async Task SendAsync(int count, string text) =>
        Assert.Equal(HttpStatusCode.OK, (await Console.IngestAsync(ConsoleRequests.Lines(count, text, TimeProvider.System.GetUtcNow()))).Status);

    private async Task<IPage> OpenAsync(string path = "stream")
    {
        var page = await OpenPageAsync(path);
        await Expect(page.Locator(".tail-space .srow").First).ToBeVisibleAsync();
        return page;
    }
}
