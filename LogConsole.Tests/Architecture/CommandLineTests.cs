using LogConsole.Tests.TestSupport;
using Microsoft.AspNetCore.Hosting;

namespace LogConsole.Tests.Architecture;

/// <summary>What the process makes of its arguments, and how it ends.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryDirectory _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("no-such-command")]
    [InlineData("mine", "--no-such-option")]
    public async Task Run_ArgumentsNobodyKnows_IsAConfigurationFault(params string[] arguments) =>
        Assert.Equal(ExitCodes.Configuration, await CommandLine.RunAsync(arguments, _ => Task.FromResult(ExitCodes.Success)));

    [Theory]
    [InlineData("bogus", "LogConsole --help", "bogus")]
    [InlineData("--no-such-option", "LogConsole mine --help", "mine", "FILE", "--out", "-", "--no-such-option")]
    [InlineData("Required command was not provided.", "LogConsole users --help", "users")]
    public async Task Run_WrongArguments_NamesTheFaultAndWhereHelpIs(string named, string help, params string[] arguments)
    {
        await using var console = ConsoleProcess.Start(_data.Path, null, arguments);
        Assert.Equal(ExitCodes.Configuration, await console.WaitForExitAsync());
        Assert.Contains(named, console.Errors, StringComparison.Ordinal);
        Assert.Contains($"'{help}' tells what there is.", console.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Usage:", console.Output, StringComparison.Ordinal);
        Assert.True(named.StartsWith("Required", StringComparison.Ordinal) || !console.Errors.Contains("Required command", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "--help")]
    [InlineData(true, "--Access:Mode", "Open", "--help")]
    [InlineData(true, "serve", "--help")]
    [InlineData(false, "users", "list", "--help")]
    [InlineData(false, "keys", "add", "-h")]
    public async Task Help_CommandWithSettings_NamesThemInBalancedBrackets(bool serves, params string[] arguments)
    {
        await using var console = ConsoleProcess.Start(_data.Path, null, arguments);
        Assert.Equal(ExitCodes.Success, await console.WaitForExitAsync());
        Assert.Contains("--Section:Key <value>", console.Output, StringComparison.Ordinal);
        Assert.Equal((serves, serves), (console.Output.Contains("--urls <URL>", StringComparison.Ordinal), console.Output.Contains("--port <PORT>", StringComparison.Ordinal)));
        Assert.DoesNotContain("additional arguments", console.Output, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(console.Output.Count(c => c == '['), console.Output.Count(c => c == ']'));
        Assert.Equal("", console.Errors.Trim());
    }

    [Fact]
    public async Task Help_Replay_NamesWhatItsOptionsTake()
    {
        await using var console = ConsoleProcess.Start(_data.Path, null, "replay", "--help");
        Assert.Equal(ExitCodes.Success, await console.WaitForExitAsync());
        foreach (var option in new[] { "--to <URL>", "--rate <N>", "--service <NAME>", "--zone <ZONE>", "--patience <SECONDS>", "--api-key <KEY>" })
        {
            Assert.Contains(option, console.Output, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("--Section:Key", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServeWithAddressAndSettings_HandsBothToTheHost()
    {
        string[] handed = [];
        await CommandLine.RunAsync(["serve", "--urls=http://127.0.0.1:0", "--Access:Mode", "Open", "--port", "7"], arguments =>
        {
            handed = arguments;
            return Task.FromResult(ExitCodes.Success);
        });
        Assert.Equal(["--Access:Mode", "Open", "--urls", "http://127.0.0.1:0", "--port", "7"], handed);
    }

    [Fact]
    public async Task Serve_ToldToStop_EndsInOrder()
    {
        await using var console = await ConsoleProcess.StartReadyAsync(_data.Path, null, "serve");

        Assert.Equal(ExitCodes.Success, await console.StopAsync());
        Assert.Null(console.PostmasterId);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1234", "--PORT", "1234", "--HTTP_PORTS", "8080")]
    [InlineData("http://0.0.0.0:1234", "--PORT", "1234", "--HTTP_PORTS", "8080", "--Access:Mode", "Users")]
    [InlineData("http://127.0.0.1:9", "--PORT", "1234", "--urls", "http://127.0.0.1:9")]
    [InlineData(null, "--HTTP_PORTS", "8080")]
    [InlineData(ConsoleHost.DefaultUrl)]
    public void CreateBuilder_Addresses_UrlsThenPortThenHttpPorts(string? expected, params string[] arguments) =>
        Assert.Equal(expected, ConsoleHost.CreateBuilder(arguments).Configuration[WebHostDefaults.ServerUrlsKey]);

    [Theory]
    [InlineData("--url", "http://127.0.0.1:1")]
    [InlineData("--nonsense", "1")]
    [InlineData("--urls", "foo")]
    [InlineData("--urls", "http://127.0.0.1:99999")]
    [InlineData("--port", "80000")]
    [InlineData("--port", "abc")]
    public void CreateBuilder_WhatCannotBeMeant_IsOneSentenceAndExitCodeTwo(string name, string value)
    {
        var fault = Assert.Throws<StartupException>(() => ConsoleHost.CreateBuilder([name, value]));
        Assert.Equal(ExitCodes.Configuration, fault.ExitCode);
        Assert.Contains(name is "--urls" or "--port" ? value : name, fault.Message, StringComparison.Ordinal);
    }
}
