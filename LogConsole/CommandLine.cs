using System.CommandLine;
using System.CommandLine.Help;
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
        if (args.Length == 0 || (args[0].StartsWith("--", StringComparison.Ordinal) && args[0] != "--version" && !args.Any(argument => argument is "--help" or "-h" or "-?")))
        {
            return await GuardAsync(() => serve(args)).ConfigureAwait(false);
        }

        var urls = new Option<string?>("--urls") { Description = $"The addresses to listen on, separated by semicolons. Default: {ConsoleHost.DefaultUrl}.", HelpName = "URL" };
        var port = new Option<string?>("--port")
        {
            Description = "The port to listen on, where --urls is not given: on this machine alone while Access:Mode is Open, else for every machine.",
            HelpName = "PORT",
        };
        Option<string?>[] addresses = [urls, port];
        var serveCommand = new Command("serve", "Start the console (the default).") { TreatUnmatchedTokensAsErrors = false };
        var root = new RootCommand("LogConsole: a live console over logs. Without a command it starts the console.")
        {
            urls,
            port,
            serveCommand,
            MineCommand.Create(),
            ParseCommand.Create(),
            ReplayCommand.Create(),
            UsersCommand.Create(),
            KeysCommand.Create(),
        };
        foreach (var command in new[] { serveCommand, root })
        {
            command.SetAction(parsed => GuardAsync(() => serve([.. parsed.UnmatchedTokens, .. addresses.SelectMany(address => Given(parsed, address))])));
        }

        serveCommand.Add(urls);
        serveCommand.Add(port);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new CommandLineHelp((HelpAction)help.Action!);
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction errors)
        {
            // The fault, and not a page of help that hides it.
            errors.ShowHelp = false;
        }

        var configuration = new InvocationConfiguration();
        if (parsed.CommandResult.Command == serveCommand)
        {
            // The host takes the signals and has Storage:ShutdownTimeout to end in order; the default would cut it off after two seconds.
            configuration.ProcessTerminationTimeout = null;
        }

        var exitCode = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
        if (parsed.Action is not ParseErrorAction)
        {
            return exitCode;
        }

        await Console.Error.WriteLineAsync($"'{PathOf(parsed.CommandResult.Command)} --help' tells what there is.").ConfigureAwait(false);
        return ExitCodes.Configuration;
    }

    private static string[] Given(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) is { } value ? [option.Name, value] : [];

    private static string PathOf(Command command) => command is RootCommand
        ? "LogConsole"
        : $"{PathOf(command.Parents.OfType<Command>().First())} {command.Name}";

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
