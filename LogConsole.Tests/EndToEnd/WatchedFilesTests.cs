using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.EndToEnd;

/// <summary>A file that grows and is rotated while the console is killed and started: every line is stored once.</summary>
[Collection(ProcessCollection.Name)]
public sealed class WatchedFilesTests
{
    private const int Rounds = 4;
    private const int LinesARound = 3000;

    [Fact]
    public async Task KilledWhileReading_EveryLineIsStoredOnce()
    {
        using var folder = new TemporaryDirectory();
        var log = folder.Combine("app.log");
        var settings = new Dictionary<string, string>
        {
            ["Files:Sources:0:Paths:0"] = folder.Combine("app.log*"),
            ["Files:ReadBytes"] = "8192",
            ["Files:JoinTimeout"] = "00:00:00.05",
        };
        var console = await ConsoleProcess.StartReadyAsync(folder.Combine("data"), settings);
        for (var round = 0; round < Rounds; round++)
        {
            await File.AppendAllLinesAsync(
                log, Enumerable.Range(round * LinesARound, LinesARound).Select(i => $"2026-11-20 10:15:30,123 INFO [main] c.e.Shop - order {i} placed"), TestContext.Current.CancellationToken);
            var goal = (round * LinesARound) + (LinesARound / 3);
            await console.WaitUntilAsync(async () => await StoredAsync(console) >= goal, "reading the file");
            await using var killed = console;
            await killed.KillAsync();
            File.Move(log, $"{log}.{round}");
            console = killed.StartAgain();
            await console.WaitUntilListeningAsync();
        }

        await using (console)
        {
            await console.WaitUntilReadyAsync();
            await console.WaitUntilAsync(async () => await StoredAsync(console) >= Rounds * LinesARound, "reading the rest");
            await using var database = await console.OpenDatabaseAsync();
            Assert.Equal(StoredFigures.Of(Rounds * LinesARound), await StoredFigures.ReadAsync(database));
            Assert.Equal([$"{Rounds * LinesARound}"], await StoredFigures.RowsAsync(database, "select count(distinct body) from logs"));
        }
    }

    private static async Task<long> StoredAsync(ConsoleProcess console)
    {
        try
        {
            await using var database = await console.OpenDatabaseAsync();
            return (await StoredFigures.ReadAsync(database)).Rows;
        }
        catch (Npgsql.NpgsqlException)
        {
            // It is just getting up.
            return 0;
        }
    }
}
