using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion.Http;

/// <summary><c>replay FILE --to URL --service S --rate N [--follow]</c>.</summary>
internal static class ReplayCommand
{
    private const string KeyVariable = "LOGCONSOLE_API_KEY";

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "The file to send, line by line, plain or packed by gzip; - reads standard input." };
        var to = new Option<Uri?>("--to") { Description = "The console's address.", HelpName = "URL", CustomParser = ParseAddress, DefaultValueFactory = _ => new Uri(ConsoleHost.DefaultUrl) };
        var service = new Option<string?>("--service") { Description = "Service of lines that name none.", HelpName = "NAME" };
        var zone = new Option<string?>("--zone") { Description = "Zone of timestamps without one: an IANA name or an offset like +02:00. Default: the console's.", HelpName = "ZONE" };
        var format = new Option<ReplayFormat>("--format") { Description = "How lines are read: auto looks at the first character." };
        var rate = new Option<int>("--rate") { Description = "Lines per second; 0 is as fast as the console takes them.", HelpName = "N", CustomParser = ParseCount };
        var follow = new Option<bool>("--follow") { Description = "Go on with what is appended, through rotation and truncation, until Ctrl-C." };
        var again = new Option<bool>("--again") { Description = "Send anew what an earlier replay has sent. Without it each line of a file is stored once for the same --service and --zone, within 24 hours." };
        var patience = new Option<int>("--patience") { Description = "Seconds to keep trying while the console is away or full.", HelpName = "SECONDS", CustomParser = ParseCount, DefaultValueFactory = _ => 300 };
        var apiKey = new Option<string?>("--api-key") { Description = $"Key with the scope ingest. Better given as {KeyVariable}.", HelpName = "KEY" };
        zone.Validators.Add(result =>
        {
            if (result.GetValue(zone) is { } text && !SourceZone.TryParse(text, out _))
            {
                result.AddError("--zone must be UTC, an offset like +02:00 or an IANA name like Europe/Berlin.");
            }
        });

        var command = new Command("replay", "Send a file's lines to a console's ingest door.") { file, to, service, zone, format, rate, follow, again, patience, apiKey };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new ReplayOptions
            {
                File = parsed.GetValue(file)!,
                To = parsed.GetValue(to)!,
                Service = parsed.GetValue(service),
                Zone = parsed.GetValue(zone),
                Format = parsed.GetValue(format),
                LinesPerSecond = parsed.GetValue(rate),
                Follow = parsed.GetValue(follow),
                Again = parsed.GetValue(again),
                Patience = TimeSpan.FromSeconds(parsed.GetValue(patience)),
                ApiKey = parsed.GetValue(apiKey) ?? Environment.GetEnvironmentVariable(KeyVariable),
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ReplayOptions options, CancellationToken cancellationToken)
    {
        // A batch may wait for the console's own acknowledgement, which has its own time limit.
        using var http = new HttpClient { Timeout = TimeSpan.FromMinutes(5) };
        var progress = new ReplayProgress(Console.Error, !Console.IsErrorRedirected, TimeProvider.System);
        await using var replay = new Replay(options, http, progress, Console.Out, TimeProvider.System);
        try
        {
            return await replay.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"{options.File} cannot be read to its end: its gzip data is damaged or cut off.").ConfigureAwait(false);
            return ExitCodes.Directory;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{options.File} cannot be read: {e.Message}").ConfigureAwait(false);
            return ExitCodes.Directory;
        }
    }

    private static Uri? ParseAddress(ArgumentResult argument)
    {
        if (Uri.TryCreate(argument.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        argument.AddError("--to must be an address like http://127.0.0.1:5080.");
        return null;
    }

    private static int ParseCount(ArgumentResult argument)
    {
        if (int.TryParse(argument.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return count;
        }

        var option = (argument.Parent as OptionResult)?.Option.Name;
        argument.AddError($"{option}: '{argument.Tokens[0].Value}' is not a whole number from 0 up.");
        return 0;
    }
}
