using System.CommandLine;
using LogConsole.Ingestion;

namespace LogConsole.Patterns;

/// <summary><c>mine FILE --out CSV [--raw]</c>.</summary>
internal static class MineCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The file to mine, one message a line (blank lines have no template), plain or packed by gzip; - reads standard input." };
        var output = new Option<string>("--out")
        {
            Description = "The CSV file to write, overwritten if it exists: line_id,template_id,template; - writes standard output. "
                + "Texts are written as they are, for programs: a spreadsheet may take one that starts with = + - or @ for a formula.",
            HelpName = "CSV",
            Required = true,
        };
        var raw = new Option<bool>("--raw") { Description = "Lines are whole log lines: a leading time, level and component are left out where they are recognised, and each service they name has templates of its own." };
        var command = new Command("mine", "Find the message templates of a log file, as the running console would.") { file, output, raw };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(parsed.GetRequiredValue(file), parsed.GetRequiredValue(output), parsed.GetValue(raw), cancellationToken));
        return command;
    }

    /// <summary>Mines, and returns the exit code; what goes wrong with files is one sentence on standard error.</summary>
    internal static async Task<int> RunAsync(string file, string output, bool raw, CancellationToken cancellationToken)
    {
        try
        {
            CommandFiles.RequireDifferent(file, output);
            var (source, _) = await PackedInput.OpenAsync(CommandFiles.OpenInput(file), cancellationToken).ConfigureAwait(false);
            await using var input = source.ConfigureAwait(false);
            await using var target = CommandFiles.OpenOutput(output);
            var miner = new FileMiner(new DrainOptions(), raw, new IngestionOptions().MaxLineBytes);
            await miner.MineAsync(source, cancellationToken).ConfigureAwait(false);
            CommandFiles.Empty(target);
            await miner.WriteAsync(target, cancellationToken).ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"{miner.Lines} lines, {miner.Templates} templates").ConfigureAwait(false);
            return ExitCodes.Success;
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"Mining '{file}' stopped: its gzip data is damaged or cut off.").ConfigureAwait(false);
            return ExitCodes.Directory;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"Mining '{file}' stopped: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Directory;
        }
    }
}
