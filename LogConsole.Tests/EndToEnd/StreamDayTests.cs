using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>Twelve hours of a watched Stream page, on a clock that is moved by hand.</summary>
public sealed class StreamDayTests(BrowserFixture browser)
{
    [Fact]
    public async Task TwelveHours_NeitherThePageNorTheWatchGrows()
    {
        var time = new FakeTimeProvider(Some.Now);
        await using var host = await UiHost.StartAsync(time);
        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 }, ReducedMotion = ReducedMotion.Reduce });
        await page.GotoAsync(host.Address + "stream");
        await Expect(page.Locator(".tail[data-state=following]")).ToBeVisibleAsync();

        const int perStep = 90;
        long committed = 0;
        var (nodes, waited) = (0, 0);
        for (var step = 0; step < 12 * 12; step++)
        {
            time.Advance(TimeSpan.FromMinutes(5));
            host.Stream.Commit(perStep, "line");
            committed += perStep;
            for (; await page.Locator(".tail").EvaluateAsync<long>("tail => +tail.dataset.shown") < committed; waited++)
            {
                Assert.True(waited < 20_000, $"Only a part of {committed} lines arrived.");
                time.Advance(TimeSpan.FromMilliseconds(500));
            }

            if (step == 12)
            {
                nodes = await NodesAsync(page);
            }
        }

        Assert.True(committed > 12_000);
        Assert.InRange(await NodesAsync(page), nodes - 20, nodes + 20);
        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("10\u202F000 lines here");
        Assert.Equal(1, host.Stream.Tail.WatchCount);
        await page.Context.CloseAsync();
    }

    private static Task<int> NodesAsync(IPage page) => page.EvaluateAsync<int>("document.querySelectorAll('*').length");
}
