using LogConsole.Tests.TestSupport;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The list of the Stream page: its live end and the history behind it, every line once.</summary>
public sealed class StreamTailTests(BrowserFixture browser) : StreamBrowserTest(browser)
{
    [Fact]
    public async Task Open_ShowsWhatIsStored_AndFollowsWhatComes()
    {
        Host.Stream.Commit(3, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page)).ToHaveTextAsync(["stored 2", "stored 1", "stored 0"]);
        await Expect(State(page)).ToHaveTextAsync("following");

        Host.Stream.Commit(2, "new");

        await Expect(Texts(page)).ToHaveTextAsync(["new 1", "new 0", "stored 2", "stored 1", "stored 0"]);
        await Expect(page).ToHaveTitleAsync("Stream · LogConsole");
        await Expect(page.Locator("[data-tail-figures]")).ToContainTextAsync("all shown");
        Assert.Empty(Problems);
    }

    [Fact]
    public async Task Pause_HoldsTheList_CountsWhatWaits_AndGoesOnWithNothingMissing()
    {
        Host.Stream.Commit(3, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page)).ToHaveCountAsync(3);

        await page.Keyboard.PressAsync("p");
        await Expect(State(page)).ToHaveTextAsync("paused");
        Host.Stream.Commit(5, "held");
        await Expect(page.Locator("[data-tail-figures]")).ToHaveTextAsync("5 new");
        await Expect(Texts(page)).ToHaveCountAsync(3);
        await page.Keyboard.PressAsync("p");

        await Expect(Texts(page).First).ToHaveTextAsync("held 4");
        await Expect(Texts(page)).ToHaveCountAsync(8);
        await Expect(State(page)).ToHaveTextAsync("following");
    }

    [Fact]
    public async Task Scrolling_PausesByItself_AndComingBackFollowsAgain()
    {
        Host.Stream.Commit(150, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page).First).ToHaveTextAsync("stored 149");

        await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = 800");
        await Expect(State(page)).ToHaveTextAsync("paused");
        Host.Stream.Commit(7, "held");
        await Expect(page.Locator("[data-tail-figures]")).ToHaveTextAsync("7 new");
        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("150 lines here");
        await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = 0");

        await Expect(State(page)).ToHaveTextAsync("following");
        await Expect(Texts(page).First).ToHaveTextAsync("held 6");
        await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = 800");
        await Expect(State(page)).ToHaveTextAsync("paused");
        await page.Keyboard.PressAsync("f");
        await Expect(State(page)).ToHaveTextAsync("following");
        Assert.Equal(0, await page.Locator("[data-tail-view]").EvaluateAsync<int>("view => view.scrollTop"));
    }

    [Fact]
    public async Task ScrollingDown_ReadsOlderPagesUntilTheEnd_EveryLineOnce()
    {
        Host.Stream.Commit(1_050, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page).First).ToHaveTextAsync("stored 1049");

        while (!await page.Locator(".tail-foot", new() { HasText = "The beginning of this range" }).IsVisibleAsync())
        {
            await page.Locator("[data-tail-view]").EvaluateAsync("view => { view.scrollTop = view.scrollHeight; }");
        }

        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("1\u202F050 lines here");
        await page.Locator("[data-tail-view]").EvaluateAsync("view => { view.scrollTop = view.scrollHeight; }"); // the last page came above what was the end
        await Expect(Texts(page).Last).ToHaveTextAsync("stored 0");
        Assert.InRange(Host.Stream.Pages, 6, 7);
    }

    [Fact]
    public async Task LongPause_MoreCameThanIsKept_AGapSaysHowMany_AndLoadsThem()
    {
        var time = await UseClockAsync();
        Host.Stream.Commit(2, "stored");
        var page = await OpenAsync();
        await page.Keyboard.PressAsync("p");
        await Expect(State(page)).ToHaveTextAsync("paused");
        for (var batch = 0; batch < 8; batch++)
        {
            Host.Stream.Commit(400, $"batch {batch}, line");
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await page.Keyboard.PressAsync("p");
        await Expect(Texts(page).First).ToHaveTextAsync("batch 7, line 399");
        await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = view.scrollHeight");
        var gap = page.Locator(".srow-gap");
        await Expect(gap).ToContainTextAsync("lines not shown · load");
        var (shown, skipped, missed) = await CountsAsync(page);
        Assert.Equal(3_202, shown + skipped + missed);

        while (missed > 0)
        {
            await gap.ClickAsync();
            await page.WaitForFunctionAsync("before => +document.querySelector('.tail').dataset.missed < before", missed);
            (shown, skipped, missed) = await CountsAsync(page);
            await page.Locator("[data-tail-view]").EvaluateAsync("view => view.scrollTop = view.scrollHeight");
        }

        await Expect(gap).ToHaveCountAsync(0);
        Assert.Equal(3_202, shown + skipped);
    }

    [Fact]
    public async Task HiddenTab_IsSentNothing_AndCatchesUpWhenSeen()
    {
        var time = await UseClockAsync();
        Host.Stream.Commit(1, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page)).ToHaveCountAsync(1);
        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }); document.dispatchEvent(new Event('visibilitychange'))");
        await Host.Feed.WhenAsync(feed => feed.OpenWatches == 0);
        await page.EvaluateAsync("window.before = document.querySelector('.tail').dataset.shown; window.changes = 0; new MutationObserver(() => window.changes++).observe(document.querySelector('.tail'), { subtree: true, childList: true, attributes: true, characterData: true })");

        Host.Stream.Commit(30, "unseen");
        for (var second = 0; second < 10; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await page.EvaluateAsync("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
        }

        Assert.Equal(0, await page.EvaluateAsync<int>("window.changes"));
        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { configurable: true, get: () => false }); document.dispatchEvent(new Event('visibilitychange'))");

        await Expect(Texts(page).First).ToHaveTextAsync("unseen 29");
        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("31 lines here");
    }

    [Fact]
    public async Task SomethingStoredIsDeleted_TheListShowsWhatIsLeft()
    {
        var rows = Host.Stream.Commit(3, "stored");
        var page = await OpenAsync();
        await Expect(Texts(page)).ToHaveCountAsync(3);

        Host.Stream.Drop(rows[1].Id);
        await Host.Stream.Tail.LoadAsync(TestContext.Current.CancellationToken);
        Host.Stream.Commit(1, "new");

        await Expect(Texts(page)).ToHaveTextAsync(["new 0", "stored 2", "stored 0"]);
    }

    [Fact]
    public async Task Phone_WhatTheListDoes_IsOnScreen()
    {
        Host.Stream.Commit(30, "line");
        var page = await OpenAsync(options: new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        foreach (var part in new[] { State(page), page.Locator("[data-tail-figures]") })
        {
            var box = (await part.BoundingBoxAsync())!;
            Assert.InRange(box.Y + box.Height, 0, 844 - 56);
        }
    }

    [Fact]
    public async Task ConnectionLost_ComesBackWithEveryLineOnce()
    {
        Host.Stream.Commit(3, "stored");
        await using var context = (await Browser.NewPageAsync()).Context;
        var page = context.Pages[0];
        await page.AddInitScriptAsync(
            "const Real = WebSocket; window.sockets = []; window.WebSocket = class extends Real { constructor(...a) { super(...a); window.sockets.push(this); } };");
        await page.GotoAsync(Host.Address + "stream");
        await Expect(Texts(page)).ToHaveCountAsync(3);
        await context.SetOfflineAsync(true);
        await page.EvaluateAsync("window.sockets.forEach(socket => socket.close())");
        await Expect(page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        Host.Stream.Commit(20, "while away");
        await context.SetOfflineAsync(false);

        await Expect(page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        Host.Stream.Commit(1, "after");
        await Expect(Texts(page).First).ToHaveTextAsync("after 0");
        await Expect(page.Locator("[data-tail-kept]")).ToHaveTextAsync("24 lines here");
        Assert.Equal((24, 0, 0), await CountsAsync(page));
    }
}
