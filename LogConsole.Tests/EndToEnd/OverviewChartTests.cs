using LogConsole.Tests.TestSupport;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>The chart says what it shows: units, the time it knows nothing about, and as much of the page as there is.</summary>
public sealed class OverviewChartTests(BrowserFixture browser) : OverviewBrowserTest(browser)
{
    private const string Gap = "No record of this time: the console was not running, or the data is gone.";

    [Fact]
    public async Task Axes_NameTheirUnits_AndFollowTheLegend()
    {
        var page = await OpenAsync();
        await Expect(page.Locator("[data-chart-left]")).ToHaveTextAsync("records per 10 s");
        await Expect(page.Locator("[data-chart-right]")).ToHaveTextAsync("error share");

        await page.Locator(".legend-item[data-series='error share']").ClickAsync();
        await Expect(page.Locator("[data-chart-right]")).ToBeEmptyAsync();

        Host.Feed.Push(s => s with { Chart = Some.Chart(TimeSpan.FromMinutes(60)) });
        await Expect(page.Locator("[data-chart-left]")).ToHaveTextAsync("records per 20 s");
        var height = (await page.Locator(".chart-card").BoundingBoxAsync())!.Height;
        await page.Keyboard.PressAsync("t"); // the table has its own heads
        await Expect(page.Locator("[data-chart-left]")).ToBeHiddenAsync();
        Assert.Equal(height, (await page.Locator(".chart-card").BoundingBoxAsync())!.Height);
    }

    [Fact]
    public async Task TimeWithoutRecord_IsExplained_WhereThereIsAny()
    {
        var page = await OpenAsync();
        await Expect(page.Locator(".legend-item")).Not.ToHaveCountAsync(0);
        await Expect(page.Locator("[data-series=gap]")).ToHaveCountAsync(0);

        Host.Feed.Push(s => s with { Chart = s.Chart! with { Buckets = [.. s.Chart.Buckets.Skip(30)] } });
        await Expect(page.Locator("[data-series=gap]")).ToHaveTextAsync("no record of this time");
        await Expect(page.Locator("[data-series=gap]")).ToHaveAttributeAsync("title", Gap);

        await HoverAsync(page, 0.12);
        await Expect(page.Locator(".tip")).ToContainTextAsync(Gap);
        await HoverAsync(page, 0.8);
        await Expect(page.Locator(".tip")).ToContainTextAsync("records in 10 s");
        await Expect(page.Locator(".tip")).ToContainTextAsync("mean rate");
        await Expect(page.Locator(".tip")).ToContainTextAsync("/s");
    }

    [Fact]
    public async Task Axis_TellsTimesInTheZoneOfTheSettings()
    {
        var chart = Some.Chart(TimeSpan.FromMinutes(15));
        var page = await GoInZoneAsync("", "Asia/Kathmandu");
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu");

        var times = await AxisTimesAsync(page);

        Assert.NotEmpty(times);
        Assert.All(times, time => Assert.InRange(time, TimeZoneInfo.ConvertTime(chart.From.AddMinutes(-1), zone).TimeOfDay, TimeZoneInfo.ConvertTime(chart.To.AddMinutes(1), zone).TimeOfDay));
        await Expect(page.Locator("[data-chart-note]").First).ToContainTextAsync("Asia/Kathmandu, UTC+5:45");
    }

    [Fact]
    public async Task Phone_TheChartFillsItsCard_AndEveryFigureIsOnScreen()
    {
        var page = await OpenAsync(options: new() { ViewportSize = new() { Width = 390, Height = 844 }, HasTouch = true, IsMobile = true });
        await Expect(page.Locator(".apexcharts-bar-series path").First).ToBeAttachedAsync();

        var card = (await page.Locator(".chart-card").BoundingBoxAsync())!;
        var plot = (await page.Locator(".apexcharts-grid").BoundingBoxAsync())!;
        Assert.InRange(plot.Width / card.Width, 0.76, 1);
        foreach (var figure in await page.Locator(".figure, .tile-value").AllAsync())
        {
            var box = (await figure.BoundingBoxAsync())!;
            Assert.InRange(box.X, 0, 390);
            Assert.InRange(box.X + box.Width, 0, 390);
            Assert.False(await figure.EvaluateAsync<bool>("element => element.scrollWidth > element.clientWidth"), await figure.TextContentAsync());
        }
    }

    private static async Task HoverAsync(IPage page, double at)
    {
        await Expect(page.Locator(".apexcharts-bar-series path").First).ToBeAttachedAsync();
        var box = (await page.Locator("[data-chart-plot]").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync((float)(box.X + (box.Width * at)), box.Y + (box.Height / 2));
    }
}
