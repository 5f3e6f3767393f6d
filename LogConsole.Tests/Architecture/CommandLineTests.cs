using LogConsole.Tests.TestSupport;
using Microsoft.AspNetCore.Hosting;

namespace LogConsole.Tests.Architecture;

/// <summary>What the process makes of its arguments, and how it ends.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("no-such-command")]
    [InlineData("mine", "--no-such-option")]
    public async Task Run_ArgumentsNobodyKnows_IsAConfigurationFault(params string[] arguments) =>
        Assert.Equal(ExitCodes.Configuration, await CommandLine.RunAsync(arguments, _ => Task.FromResult(ExitCodes.Success)));

    [Fact]
    public async Task Serve_ToldToStop_EndsInOrder()
    {
        using var data = new TemporaryDirectory();
        await using var console = await ConsoleProcess.StartReadyAsync(data.Path, null, "serve");

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
