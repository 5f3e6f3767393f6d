using System.CommandLine;

namespace LogConsole.Ingestion.Http;

/// <summary><c>replay FILE --to URL --service S --rate N [--follow]</c>.</summary>
internal static class ReplayCommand
{
    public static Command Create() => new("replay", "Send a file's lines to a console's ingest door.");
}
