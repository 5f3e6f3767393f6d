using System.Net;
using System.Net.Http.Json;
using LogConsole.Storage.Embedded;
using LogConsole.Tests.TestSupport;
using Npgsql;

namespace LogConsole.Tests.Storage;

/// <summary>kill -9 of everything that can be killed: the console comes back by itself, with what was committed.</summary>
public sealed class DatabaseLossTests : IDisposable
{
    private const string Away = "is away, sources are held";
    private const string Back = "is back";

    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.Combine("data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task ConsoleKilled_NextOneStartsAtOnceWithWhatWasCommitted()
    {
        await using var killed = await ConsoleProcess.StartReadyAsync(Data);
        await using (var database = await killed.OpenDatabaseAsync())
        {
            await StartAndStopTests.ExecuteAsync(database, "create table kept (id int)");
        }

        await killed.KillAsync();
        await using var next = await ConsoleProcess.StartReadyAsync(Data);
        await using var again = await next.OpenDatabaseAsync();
        await StartAndStopTests.ExecuteAsync(again, "select id from kept");
    }

    [Fact]
    public async Task PostgresLeftRunning_IsTakenOver()
    {
        // Runs on the folder without holding its lock, as one does where the kernel does not tell it that its console is gone.
        await using var leftBehind = new EmbeddedPostgres(new EmbeddedPostgresSettings(Data, null, "nobody", 32), TimeProvider.System);
        Directory.CreateDirectory(Data);
        await leftBehind.StartAsync(TestContext.Current.CancellationToken);
        await using var session = new NpgsqlConnection(leftBehind.ConnectionString);
        await session.OpenAsync(TestContext.Current.CancellationToken);

        await using var console = await ConsoleProcess.StartReadyAsync(Data);
        await leftBehind.Exited.WaitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(leftBehind.ProcessId, console.PostmasterId);
    }

    [Fact]
    public async Task ConsoleAndServerKilledWithASessionAtWork_NextConsoleEndsTheSession()
    {
        await using var killed = await ConsoleProcess.StartReadyAsync(Data);
        await using var database = await killed.OpenDatabaseAsync();
        await using var busy = new NpgsqlCommand("select count(*) from generate_series(1, 100000000000)", database) { CommandTimeout = 0 };
        var query = busy.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        ConsoleProcess.Signal(killed.PostmasterId!.Value, Posix.SigKill);
        await killed.KillAsync();

        await using var next = await ConsoleProcess.StartReadyAsync(Data);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => query);
    }

    [Fact]
    public async Task ServerKilled_RunningConsoleStartsItAgain()
    {
        await using var console = await ConsoleProcess.StartReadyAsync(Data);
        var first = console.PostmasterId!.Value;
        ConsoleProcess.Signal(first, Posix.SigKill);
        await WaitForReturnAsync(console);
        Assert.NotEqual(first, console.PostmasterId);
        Assert.Equal(ExitCodes.Success, await console.StopAsync());
    }

    [Fact]
    public async Task ServerKilledWhileItStarts_ConsoleStartsItAgain()
    {
        await using (var first = await ConsoleProcess.StartReadyAsync(Data))
        {
            await first.StopAsync();
        }

        await using var console = ConsoleProcess.Start(Data);
        await console.WaitUntilAsync(
            () => Task.FromResult(PostgresProcesses.PostmasterOf(console) is { } server && Posix.Signal(server, Posix.SigKill)), "starting PostgreSQL");
        await console.WaitUntilReadyAsync();
        Assert.Equal(ExitCodes.Success, await console.StopAsync());
    }

    [Fact]
    public async Task SessionKilled_ServerRestartsItselfAndConsoleGoesOn()
    {
        await using var console = await ConsoleProcess.StartReadyAsync(Data);
        var server = console.PostmasterId;
        await using (var database = await console.OpenDatabaseAsync())
        {
            ConsoleProcess.Signal(database.ProcessID, Posix.SigKill);
            await WaitForReturnAsync(console);
        }

        Assert.Equal(server, console.PostmasterId);
        Assert.Equal(ExitCodes.Success, await console.StopAsync());
    }

    [Fact]
    public async Task ServerDoesNotComeBackAtOnce_ConsoleKeepsTryingAndSaysSo()
    {
        await using var console = await ConsoleProcess.StartReadyAsync(Data);
        var hidden = _directory.Combine("hidden");
        var server = console.PostmasterId!.Value;
        File.Move(Path.Combine(Data, "postgres.password"), hidden);
        ConsoleProcess.Signal(server, Posix.SigKill);
        await console.WaitUntilAsync(async () => await console.StatusOfAsync("/ready") == HttpStatusCode.ServiceUnavailable, "away");
        Assert.Equal(HttpStatusCode.OK, await console.StatusOfAsync("/alive"));

        // What senders are told is the person's to mend, and nothing of sockets and drivers.
        await console.WaitUntilAsync(async () => (await RefusalAsync(console)).Contains("postgres.password is missing", StringComparison.Ordinal), "saying what is missing");
        Assert.EndsWith("put it back.", await RefusalAsync(console), StringComparison.Ordinal);

        File.Move(hidden, Path.Combine(Data, "postgres.password"));
        await WaitForReturnAsync(console);
    }

    private static async Task<string> RefusalAsync(ConsoleProcess console)
    {
        using var line = new StringContent("a line", System.Text.Encoding.UTF8, "text/plain");
        using var response = await console.Http.PostAsync(new Uri("/api/ingest", UriKind.Relative), line, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var detail = (await response.Content.ReadFromJsonAsync<Dictionary<string, object>>(TestContext.Current.CancellationToken))!["detail"].ToString()!;
        Assert.DoesNotMatch(@"/proc/|stream|Detail|\.\.|\n|57P", detail);
        return detail;
    }

    private static Task WaitForReturnAsync(ConsoleProcess console) => console.WaitUntilAsync(
        async () => IndexOf(console, Away) is var away and >= 0 && console.Output.LastIndexOf(Back, StringComparison.Ordinal) > away && await console.StatusOfAsync("/ready") == HttpStatusCode.OK,
        "away and back");

    private static int IndexOf(ConsoleProcess console, string text) => console.Output.IndexOf(text, StringComparison.Ordinal);
}
