using System.Net;
using LogConsole.Tests.EndToEnd;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Access;

/// <summary><c>users</c> and <c>keys</c> as a person types them, beside a console that runs and without one.</summary>
[Collection(ProcessCollection.Name)]
public sealed class AccessCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.Combine("data");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Commands_BesideTheConsoleAndWithoutIt_WorkOnItsDatabase()
    {
        var (added, link, _) = await RunAsync("users", "add", "ann", "--role", "Engineer");
        Assert.Equal(ExitCodes.Success, added);
        Assert.Matches(@"^http://127\.0\.0\.1:5080/welcome\?token=[\w-]{43}\s*$", link);

        await using (var console = await ConsoleProcess.StartReadyAsync(Data, new Dictionary<string, string> { ["Access:Mode"] = "Users" }))
        {
            var (_, key, _) = await RunAsync("keys", "add", "reader", "--scopes", "read", "--days", "1");
            console.Http.DefaultRequestHeaders.Authorization = new("Bearer", key.Trim());
            Assert.Equal(HttpStatusCode.OK, await console.StatusOfAsync("/api/logs"));
            var (_, keys, _) = await RunAsync("keys", "list");
            Assert.Contains("reader", keys, StringComparison.Ordinal);
            Assert.DoesNotContain(key.Trim(), keys, StringComparison.Ordinal);

            Assert.Equal(ExitCodes.Success, (await RunAsync("keys", "revoke", "reader")).Code);
            await console.WaitUntilAsync(async () => await console.StatusOfAsync("/api/logs") == HttpStatusCode.Unauthorized, "refusing the key that was revoked");
            Assert.Equal(ExitCodes.Failure, (await RunAsync("keys", "revoke", "reader")).Code);
            Assert.Equal(ExitCodes.Success, (await RunAsync("users", "role", "ann", "Viewer")).Code);
            Assert.Equal(ExitCodes.Success, (await RunAsync("users", "disable", "ann")).Code);
            Assert.Equal((ExitCodes.Failure, "ann is disabled: enable first."), await FaultOfAsync("users", "reset-password", "ann"));
            Assert.Equal((ExitCodes.Failure, "There is no user bob."), await FaultOfAsync("users", "enable", "bob"));
        }

        Assert.Matches(@"ann +Viewer +disabled", (await RunAsync("users", "list")).Output);
        Assert.Equal((ExitCodes.Configuration, true), ((await RunAsync("users", "list", "--Access:Nonsense", "1")).Code, true));
    }

    [Theory]
    [InlineData("users", "list")]
    [InlineData("keys", "list")]
    [InlineData("keys", "revoke", "reader")]
    public async Task Commands_WhereNoConsoleHasWorked_SayWhereTheyLookedAndMakeNothing(params string[] arguments)
    {
        var expected = (ExitCodes.Directory, $"There is no console's data in {Data}: set Storage:DataDirectory to the console's own, or start the console there once.");
        Assert.Equal(expected, await FaultOfAsync(arguments));
        Assert.False(Directory.Exists(Data));

        Directory.CreateDirectory(Data);
        Assert.Equal(expected, await FaultOfAsync(arguments));
        Assert.Empty(Directory.GetFileSystemEntries(Data));
    }

    private async Task<(int Code, string Fault)> FaultOfAsync(params string[] arguments)
    {
        var (code, _, errors) = await RunAsync(arguments);
        return (code, errors.Trim());
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        // Disposing a console ends its PostgreSQL, which here is another one's.
        var command = ConsoleProcess.Start(Data, null, arguments);
        var code = await command.WaitForExitAsync();
        return (code, command.Output, command.Errors);
    }
}
