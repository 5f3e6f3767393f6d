using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace LogConsole.Ingestion.Formats;

/// <summary><c>parse FILE --out CSV [--zone Z] [--year Y] [--service S] [--join]</c>.</summary>
internal static class ParseCommand
{
    private const int FirstYear = 1971;
    private const int LastYear = 9998;
    private static readonly TimeSpan s_lastMoment = TimeSpan.FromDays(1);

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The log file to read, of any format, plain or packed by gzip; - reads standard input." };
        var output = new Option<string>("--out")
        {
            Description = "The CSV file to write, overwritten if it exists: line_id,timestamp,severity,service,body; - writes standard output. "
                + "Without a service the line's logger or tag stands in its column.",
            HelpName = "CSV",
            Required = true,
        };
        var zone = new Option<string>("--zone")
        {
            Description = "The zone of times that name none: UTC, +02:00 or Europe/Berlin.",
            HelpName = "ZONE",
            DefaultValueFactory = _ => "UTC",
        };
        var year = new Option<int?>("--year")
        {
            Description = "The year of dates that name none. Without it the newest year that does not put them after the file's last change.",
            HelpName = "YEAR",
            CustomParser = ParseYear,
        };
        var service = new Option<string?>("--service") { Description = "The service of lines that name none.", HelpName = "NAME" };
        var join = new Option<bool>("--join") { Description = "Stack traces join the line they follow: one row a record, under its first line's number." };
        var command = new Command("parse", "Find time, level, service and message of a log file's lines, as the running console would.") { file, output, zone, year, service, join };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ParseOptions(
                parsed.GetRequiredValue(file), parsed.GetRequiredValue(output), parsed.GetValue(zone), parsed.GetValue(year), parsed.GetValue(service), parsed.GetValue(join)),
            cancellationToken));
        return command;
    }

    /// <summary>Parses, and returns the exit code; what goes wrong with files is one sentence on standard error.</summary>
    internal static async Task<int> RunAsync(ParseOptions options, CancellationToken cancellationToken)
    {
        try
        {
            CommandFiles.RequireDifferent(options.File, options.Output);
            if (!SourceZone.TryParse(options.Zone, out var zone))
            {
                throw new StartupException(ExitCodes.Configuration, $"--zone '{options.Zone}' is no zone: use UTC, an offset like +02:00 or an IANA name like Europe/Berlin.");
            }

            if (options.Year is < FirstYear or > LastYear)
            {
                throw new StartupException(ExitCodes.Configuration, $"--year {options.Year} is no year from {FirstYear} to {LastYear}.");
            }

            if (options.Service?.Length > LogRecordLimits.NameChars)
            {
                throw new StartupException(ExitCodes.Configuration, $"--service is longer than {LogRecordLimits.NameChars} characters.");
            }

            var (source, _) = await PackedInput.OpenAsync(CommandFiles.OpenInput(options.File), cancellationToken).ConfigureAwait(false);
            await using var input = source.ConfigureAwait(false);
            await using var target = CommandFiles.OpenOutput(options.Output);
            CommandFiles.Empty(target);
            var parser = new FileParser(zone, NewestOf(options), options.Service, options.Join);
            await parser.RunAsync(source, target, cancellationToken).ConfigureAwait(false);
            await Console.Error.WriteLineAsync($"{parser.Lines} lines, {parser.Timed} with a time, {parser.Levelled} with a level").ConfigureAwait(false);
            return ExitCodes.Success;
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"Parsing '{options.File}' stopped: its gzip data is damaged or cut off.").ConfigureAwait(false);
            return ExitCodes.Directory;
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"Parsing '{options.File}' stopped: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Directory;
        }
    }

    private static int? ParseYear(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= FirstYear and <= LastYear)
        {
            return year;
        }

        result.AddError($"--year '{result.Tokens[0].Value}' is no year from {FirstYear} to {LastYear}.");
        return null;
    }

    // A date without a year lies in the newest year that keeps it before this moment (and a day).
    private static LogTimestamp NewestOf(ParseOptions options) => LogTimestamp.From(
        options.Year is { } year ? new DateTimeOffset(year + 1, 1, 1, 0, 0, 0, TimeSpan.Zero) - s_lastMoment - TimeSpan.FromTicks(1)
        : options.File == CommandFiles.StandardStream ? TimeProvider.System.GetUtcNow()
        : new DateTimeOffset(File.GetLastWriteTimeUtc(options.File)));
}

/// <summary>What <c>parse</c> was asked for.</summary>
/// <param name="Year">Of dates that name none; null for the newest that fits.</param>
internal sealed record ParseOptions(string File, string Output, string? Zone = "UTC", int? Year = null, string? Service = null, bool Join = false);
