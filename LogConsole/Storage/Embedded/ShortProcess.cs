using System.ComponentModel;
using System.Diagnostics;

namespace LogConsole.Storage.Embedded;

/// <summary>Programs that say something and end.</summary>
internal static class ShortProcess
{
    /// <summary>
    /// Runs a program to its end, without the console's environment. Errors are one phrase without a full stop;
    /// a program that cannot be started ends with -1 and the reason.
    /// </summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory),
        };
        PostgresLauncher.KeepSecretsAway(start);
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            return (process.ExitCode, output, (await errors.ConfigureAwait(false)).Trim().TrimEnd('.').ReplaceLineEndings("; "));
        }
        catch (Win32Exception e)
        {
            return (-1, "", e.Message.TrimEnd('.'));
        }
    }
}
