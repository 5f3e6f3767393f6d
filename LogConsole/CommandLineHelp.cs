using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace LogConsole;

/// <summary>
/// <c>--help</c>: the library's text, in which what a command passes on to the host are settings, named as such,
/// and not "additional arguments" of some application.
/// </summary>
internal sealed class CommandLineHelp(HelpAction plain) : SynchronousCommandLineAction
{
    private const string Settings = """
        Settings:
          --Section:Key <value>  Any setting of appsettings.example.json, such as --Storage:DataDirectory /var/lib/logconsole;
                                 in the environment it is Section__Key.
        """;

    // The library's words, its bracket too many included.
    private const string PlainUsage = "[[--] <additional arguments>...]]";
    private const string PlainSection = "Additional Arguments:";
    private const string SettingsUsage = "[--Section:Key <value>...]";

    /// <summary>Help is asked for after the console's own settings too, which otherwise nobody but the host reads.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var configuration = parseResult.InvocationConfiguration;
        var output = configuration.Output;
        using var text = new StringWriter();
        configuration.Output = text;
        var exitCode = plain.Invoke(parseResult);
        configuration.Output = output;
        output.Write(WithSettings(text.ToString().TrimEnd(), parseResult.CommandResult.Command is RootCommand));
        return exitCode;
    }

    private static string WithSettings(string help, bool isRoot)
    {
        var section = help.IndexOf(PlainSection, StringComparison.Ordinal);
        var body = section < 0 ? help : help[..section].TrimEnd().Replace(PlainUsage, SettingsUsage, StringComparison.Ordinal);
        var hint = isRoot ? $"{Environment.NewLine}{Environment.NewLine}'LogConsole <command> --help' tells more of a command." : "";
        return (section >= 0 || isRoot ? $"{body}{Environment.NewLine}{Environment.NewLine}{Settings}" : body) + hint + Environment.NewLine;
    }
}
