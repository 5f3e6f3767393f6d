using System.CommandLine;
using System.CommandLine.Invocation;
using LogConsole.Access.Commands;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Http;
using LogConsole.Patterns;

namespace LogConsole;

/// <summary>The command line: <c>serve</c> (also without a command), and the tools of the rooms.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command and returns the exit code.</summary>
    /// <param name="args">As given to the process.</param>
    /// <param name="serve">Starts the console with the remaining arguments (<c>--Section:Key value</c> pairs).</param>
    public static async Task<int> RunAsync(string[] args, Func<string[], Task<int>> serve)
    {
        // Settings may follow without a command (dotnet run -- --Storage:DataDirectory x): the host reads those itself.
        if (args.Length == 0 || (args[0].StartsWith("--", StringComparison.Ordinal) && args[0] is not ("--help" or "--version")))
        {
            return await GuardAsync(() => serve(args)).ConfigureAwait(false);
        }

        var serveCommand = new Command("serve", "Start the console (the default). Settings: --Section:Key value, or the environment as Section__Key.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        serveCommand.SetAction(parsed => GuardAsync(() => serve([.. parsed.UnmatchedTokens])));

        var root = new RootCommand("LogConsole: a live console over logs. Without a command it starts the console on http://127.0.0.1:5080.")
        {
            serveCommand,
            MineCommand.Create(),
            ParseCommand.Create(),
            ReplayCommand.Create(),
            UsersCommand.Create(),
            KeysCommand.Create(),
        };
        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration();
        if (parsed.CommandResult.Command == serveCommand)
        {
            // The host takes the signals and has Storage:ShutdownTimeout to end in order; the default would cut it off after two seconds.
            configuration.ProcessTerminationTimeout = null;
        }

        var exitCode = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        return parsed.Action is ParseErrorAction ? ExitCodes.Configuration : exitCode;
    }

    private static async Task<int> GuardAsync(Func<Task<int>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (Exception e) when (e is not HostAbortedException)
        {
            await Console.Error.WriteLineAsync($"LogConsole failed: {e}").ConfigureAwait(false);
            return ExitCodes.Failure;
        }
    }
}
