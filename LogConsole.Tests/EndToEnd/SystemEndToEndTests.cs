using LogConsole.Tests.TestSupport;
using Npgsql;
using static Microsoft.Playwright.Assertions;

namespace LogConsole.Tests.EndToEnd;

/// <summary>A record the database refuses shows on the System page of a real console and is stored once the reason is mended.</summary>
[Collection(ProcessCollection.Name)]
public sealed class SystemEndToEndTests(BrowserFixture browser) : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task RefusedRecord_ShowsAsDeadLetter_AndIsReplayed()
    {
        await using var console = await ConsoleProcess.StartReadyAsync(_directory.Combine("data"));
        await console.IngestAsync(ConsoleRequests.Lines(2, "fine"));
        await using var database = await console.OpenDatabaseAsync();
        await ExecuteAsync(database, "alter table logs add constraint no_poison check (body <> 'poison')");
        await console.IngestAsync("""{"service":"shop","msg":"poison"}""" + "\n");

        var page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });
        await page.GotoAsync(new Uri(console.Address, "/system").AbsoluteUri);
        var letter = page.Locator("[data-letter]");
        await Expect(letter).ToHaveCountAsync(1);
        await Expect(letter).ToContainTextAsync("no_poison");
        await Expect(page.Locator("[data-source=http]")).ToContainTextAsync("3");
        await Expect(page.Locator("main")).ToContainTextAsync("Embedded");
        await page.Locator("[data-show-record]").ClickAsync();
        await Expect(page.Locator("[data-record]")).ToContainTextAsync("poison");
        await page.Locator("[data-replay]").ClickAsync();
        await Expect(page.Locator(".pane-done")).ToContainTextAsync("1 refused again");

        await ExecuteAsync(database, "alter table logs drop constraint no_poison");
        await page.Locator("[data-replay-all]").ClickAsync();
        await Expect(page.Locator(".pane-done")).ToHaveTextAsync("1 stored.");
        await Expect(letter).ToHaveCountAsync(0);
        Assert.Equal(1L, await ScalarAsync(database, "select count(*) from logs where body = 'poison'"));
        Assert.Equal(2L, await ScalarAsync(database, "select count(*) from audit_events where action = 'dead-letters.replayed' and actor = 'local'"));
        await page.Context.CloseAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection database, string sql)
    {
        await using var command = new NpgsqlCommand(sql, database);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<long> ScalarAsync(NpgsqlConnection database, string sql)
    {
        await using var command = new NpgsqlCommand(sql, database);
        return (long)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
