using System.CommandLine;

namespace LogConsole.Patterns;

/// <summary><c>mine FILE --out CSV [--raw]</c>.</summary>
internal static class MineCommand
{
    public static Command Create() => new("mine", "Mine the templates of a file.");
}
