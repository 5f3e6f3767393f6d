using System.CommandLine;
using LogConsole.Access.Auditing;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Access.Commands;

/// <summary>What the commands <c>users</c> and <c>keys</c> share: they change the configured database directly, as whoever may read its password can.</summary>
internal static class AccessCommands
{
    /// <summary>Who acts: the account of this machine.</summary>
    public static AuditActor Actor { get; } = new($"cli:{Environment.UserName}", null);

    /// <summary>A command that opens the database, acts, prints what came of it, and ends with 0, or with 1 and a sentence.</summary>
    /// <param name="act">Returns the fault, or null.</param>
    /// <param name="mayMakeDatabase">Whether it is of use before the console ever ran: then it makes the database, which anything else leaves alone.</param>
    public static Command Create(string name, string description, Func<ParseResult, IServiceProvider, TextWriter, CancellationToken, Task<string?>> act, bool mayMakeDatabase, params Symbol[] symbols)
    {
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, act, mayMakeDatabase, cancellationToken));
        return command;
    }

    /// <summary>Columns wide enough for their longest cell, two blanks between.</summary>
    public static async Task WriteTableAsync(TextWriter output, IReadOnlyList<string[]> rows)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            await output.WriteLineAsync(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).ConfigureAwait(false);
        }
    }

    /// <summary>A moment in UTC, or a dash.</summary>
    public static string When(DateTimeOffset? moment) => moment is { } at ? $"{at.UtcDateTime:yyyy-MM-dd HH:mm} UTC" : "-";

    private static async Task<int> RunAsync(
        ParseResult parsed, Func<ParseResult, IServiceProvider, TextWriter, CancellationToken, Task<string?>> act, bool mayMakeDatabase, CancellationToken cancellationToken)
    {
        try
        {
            var database = await CommandDatabase.OpenAsync([.. parsed.UnmatchedTokens], mayMakeDatabase, Console.Error, cancellationToken).ConfigureAwait(false);
            await using var closing = database.ConfigureAwait(false);
            if (await act(parsed, database.Services, Console.Out, cancellationToken).ConfigureAwait(false) is not { } fault)
            {
                return ExitCodes.Success;
            }

            await Console.Error.WriteLineAsync(fault).ConfigureAwait(false);
            return ExitCodes.Failure;
        }
        catch (StartupException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return e.ExitCode;
        }
        catch (Exception e) when (e is NpgsqlException || DatabaseFaults.IsAway(e))
        {
            await Console.Error.WriteLineAsync($"The database failed: {DatabaseFaults.Describe(e)}.").ConfigureAwait(false);
            return ExitCodes.Failure;
        }
    }
}
