using System.Net;
using System.Net.Sockets;
using LogConsole.Tests.TestSupport;
using Npgsql;

namespace LogConsole.Tests.Storage;

/// <summary>The real console as a process: how it starts, what makes it refuse, how it ends. Runs as root and as an ordinary user.</summary>
public sealed class StartAndStopTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.Combine("data");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Serve_Terminated_StopsPostgresAndExitsZero()
    {
        await using var console = await ConsoleProcess.StartReadyAsync(Data);
        Assert.NotNull(console.PostmasterId);
        Assert.Equal(ExitCodes.Success, await console.StopAsync());
        Assert.Null(ConsoleProcess.PostmasterOf(Data));
        Assert.DoesNotContain("Exception", console.Output + console.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_StartedAgain_KeepsWhatWasStored()
    {
        await using (var first = await ConsoleProcess.StartReadyAsync(Data))
        {
            await using var database = await first.OpenDatabaseAsync();
            await ExecuteAsync(database, "create table kept (id int)");
            await first.StopAsync();
        }

        await using var second = await ConsoleProcess.StartReadyAsync(Data);
        await using var again = await second.OpenDatabaseAsync();
        await ExecuteAsync(again, "select id from kept");
    }

    [Fact]
    public async Task Serve_BelowAFolderClosedToOthersAndALongPath_Works()
    {
        // The parent is 0700 and ours; the path is longer than a socket's address may be.
        var deep = _directory.Combine(new string('d', 100), new string('e', 100));
        await using var console = await ConsoleProcess.StartReadyAsync(deep);
        Assert.Equal(HttpStatusCode.OK, await console.StatusOfAsync("/ready"));
        var others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        foreach (var closed in new[] { "postgres", "postgres.socket", "postgres.password" })
        {
            Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(Path.Combine(deep, closed)) & others);
        }
    }

    [Fact]
    public async Task Serve_DirectoryHeldByAnotherConsole_SaysWhoAndExitsThree()
    {
        await using var holder = await ConsoleProcess.StartReadyAsync(Data);
        await using var second = ConsoleProcess.Start(Data);
        Assert.Equal(ExitCodes.DataDirectoryInUse, await second.WaitForExitAsync());
        Assert.Contains($"process {holder.Id} ", second.Errors, StringComparison.Ordinal);
        Assert.Contains(holder.Address.ToString().TrimEnd('/'), second.Errors, StringComparison.Ordinal);
        Assert.Single(second.Errors.Trim().Split('\n'));
        Assert.Equal(HttpStatusCode.OK, await holder.StatusOfAsync("/ready"));
    }

    [Fact]
    public async Task Serve_PortTaken_ExitsSixWithASentence()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://{taken.LocalEndpoint}";
        await using var console = ConsoleProcess.Start(Data, new Dictionary<string, string> { ["ASPNETCORE_URLS"] = url });
        Assert.Equal(ExitCodes.Port, await console.WaitForExitAsync());
        Assert.Contains(url, console.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", console.Errors + console.Output, StringComparison.Ordinal);
        Assert.Null(ConsoleProcess.PostmasterOf(Data));
    }

    [Fact]
    public async Task Serve_WrongOptions_ListsAllAndExitsTwo()
    {
        await using var console = ConsoleProcess.Start(Data, new Dictionary<string, string>
        {
            ["Storage:SharedBuffersMiB"] = "5",
            ["Storage:ShutdownTimeout"] = "soon",
            ["Storage:DataDirctory"] = "x",
        });
        Assert.Equal(ExitCodes.Configuration, await console.WaitForExitAsync());
        Assert.Contains("3 settings are wrong", console.Errors, StringComparison.Ordinal);
        Assert.Contains("Storage:SharedBuffersMiB", console.Errors, StringComparison.Ordinal);
        Assert.Contains("Storage:ShutdownTimeout: 'soon' is not a duration", console.Errors, StringComparison.Ordinal);
        Assert.Contains("did you mean Storage:DataDirectory?", console.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", console.Errors + console.Output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Data));
    }

    [Fact]
    public async Task Serve_DataDirectoryIsAFile_ExitsSevenWithASentence()
    {
        await File.WriteAllTextAsync(Data, "a file", Cancellation);
        await using var console = ConsoleProcess.Start(Data);
        Assert.Equal(ExitCodes.Directory, await console.WaitForExitAsync());
        Assert.Contains("it is a file, not a folder (set Storage:DataDirectory)", console.Errors, StringComparison.Ordinal);
        Assert.Single(console.Errors.Trim().Split('\n'));
    }

    [Theory]
    [InlineData("postgres/junk")]
    [InlineData("postgres")]
    [InlineData("postgres.socket")]
    public async Task Serve_SomethingElseHasTheDatabasesName_ExitsSevenAndLeavesItAlone(string foreign)
    {
        var file = Path.Combine(Data, foreign);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, "j", Cancellation);
        await using var console = ConsoleProcess.Start(Data);
        Assert.Equal(ExitCodes.Directory, await console.WaitForExitAsync());
        Assert.StartsWith($"{Path.Combine(Data, foreign.Split('/')[0])} is in the way: ", console.Errors, StringComparison.Ordinal);
        Assert.Single(console.Errors.Trim().Split('\n'));
        Assert.Equal("j", await File.ReadAllTextAsync(file, Cancellation));
        Assert.False(File.Exists(Path.Combine(Data, "postgres.password")));
    }

    [Fact]
    public async Task Serve_SetUpInterruptedEarlier_StartsOver()
    {
        Directory.CreateDirectory(Path.Combine(Data, "postgres.new", "cluster", "base"));
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres.new", "cluster", "PG_VERSION"), "18", Cancellation);
        await using var console = await ConsoleProcess.StartReadyAsync(Data);
        Assert.False(Directory.Exists(Path.Combine(Data, "postgres.new")));
    }

    [Fact]
    public async Task Serve_ClusterOfAnotherVersion_ExitsFive()
    {
        Directory.CreateDirectory(Path.Combine(Data, "postgres"));
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres", "PG_VERSION"), "12\n", Cancellation);
        await using var console = ConsoleProcess.Start(Data);
        Assert.Equal(ExitCodes.DatabaseVersion, await console.WaitForExitAsync());
        Assert.Contains("PostgreSQL 12", console.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_SchemaOfANewerConsole_ExitsFive()
    {
        await using (var first = await ConsoleProcess.StartReadyAsync(Data))
        {
            await using var database = await first.OpenDatabaseAsync();
            await ExecuteAsync(database, "insert into schema_migrations (version, name, checksum) values (9999, 'future', '')");
            await first.StopAsync();
        }

        await using var older = ConsoleProcess.Start(Data);
        Assert.Equal(ExitCodes.DatabaseVersion, await older.WaitForExitAsync());
        Assert.Contains("9999_future", older.Errors, StringComparison.Ordinal);
        Assert.Null(ConsoleProcess.PostmasterOf(Data));
    }

    [Fact]
    public async Task Serve_PidFileNamesAnotherProcess_StartsAnyway()
    {
        await using (var first = await ConsoleProcess.StartReadyAsync(Data))
        {
            await first.StopAsync();
        }

        // As after a reboot: our own number, which is certainly alive and no PostgreSQL.
        await File.WriteAllTextAsync(Path.Combine(Data, "postgres", "postmaster.pid"), $"{Environment.ProcessId}\n", Cancellation);
        await using var second = await ConsoleProcess.StartReadyAsync(Data);
        Assert.NotEqual(Environment.ProcessId, second.PostmasterId);
    }

    internal static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
