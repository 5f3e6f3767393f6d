using System.Net.Sockets;
using Npgsql;

namespace LogConsole.Storage;

/// <summary>
/// Tells a database that is away, which is waited for, from one that will never let us in, which is said at once;
/// and says what ails it in words for people, since the driver's are made for programmers.
/// </summary>
internal static class DatabaseFaults
{
    /// <summary>The oldest major version whose SQL the console speaks.</summary>
    public const int OldestMajor = 15;

    private const int MostCharsQuoted = 200;

    /// <summary>The server cannot be reached now, or is starting or stopping: trying again can help.</summary>
    public static bool IsAway(Exception e) => e switch
    {
        PostgresException postgres => postgres.IsTransient || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException npgsql => npgsql.IsTransient || npgsql.InnerException is IOException or SocketException or TimeoutException,
        IOException or SocketException or TimeoutException => true,
        // A connection that broke between two statements.
        InvalidOperationException or ObjectDisposedException => e.Source == "Npgsql",
        _ => false,
    };

    /// <summary>What a fault means: one clause on one line without a full stop, without the driver's advice, paths of sockets and secrets.</summary>
    /// <param name="server">The clause's subject: a server's name for sentences, or "it" where that has just been named.</param>
    public static string Describe(Exception e, string server = "the database server") => e switch
    {
        PostgresException postgres => DescribeAnswer(postgres, server),
        NpgsqlException { InnerException: TimeoutException } when e.Message.Contains("pool", StringComparison.Ordinal) =>
            $"all of the console's connections to {server} are in use",
        NpgsqlException { InnerException: TimeoutException } or TimeoutException => $"{server} does not answer",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData }
            or NpgsqlException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } } =>
            $"{server} cannot be found by its name",
        SocketException or NpgsqlException { InnerException: SocketException or AggregateException } => $"{server} cannot be reached",
        NpgsqlException { InnerException: IOException } => $"the connection to {server} broke",
        InvalidOperationException or ObjectDisposedException or IOException when e.Source == "Npgsql" => $"the connection to {server} broke",
        NpgsqlException => $"{server} cannot be talked to: {Plain(e.Message)}",
        _ => Plain(e.Message),
    };

    /// <summary>The sentence for a fault that only a person can mend; null for anything else.</summary>
    public static StartupException? Explain(Exception e, string server, NpgsqlConnectionStringBuilder connection)
    {
        var reason = e switch
        {
            PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } =>
                $"refuses the user {connection.Username} or its password",
            PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => $"has no database {connection.Database}",
            PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } postgres =>
                $"does not let the user {connection.Username} work in the database {connection.Database} ({postgres.MessageText})",
            PostgresException => null,
            // No password given, encryption demanded on one side only: Npgsql's own words, which hold no secret.
            NpgsqlException when !IsAway(e) => $"cannot be talked to: {e.Message.TrimEnd('.')}",
            _ => null,
        };
        return reason is null
            ? null
            : new StartupException(ExitCodes.DatabaseRefused, $"{char.ToUpperInvariant(server[0])}{server[1..]} {reason}: check ConnectionStrings:{ExternalServer.ConnectionName}.");
    }

    /// <summary>Throws <see cref="StartupException"/> (<see cref="ExitCodes.DatabaseVersion"/>) for a server older than <see cref="OldestMajor"/>.</summary>
    public static void CheckVersion(Version version, string server)
    {
        if (version.Major < OldestMajor)
        {
            throw new StartupException(
                ExitCodes.DatabaseVersion,
                $"{char.ToUpperInvariant(server[0])}{server[1..]} is PostgreSQL {version}, and the console needs {OldestMajor} or newer.");
        }
    }

    private static string DescribeAnswer(PostgresException e, string server) => e.SqlState switch
    {
        PostgresErrorCodes.CannotConnectNow when e.MessageText.Contains("shutting down", StringComparison.Ordinal) => $"{server} is stopping",
        PostgresErrorCodes.CannotConnectNow => $"{server} is starting",
        PostgresErrorCodes.AdminShutdown => $"{server} was told to end the connection",
        PostgresErrorCodes.CrashShutdown => $"{server} is starting again, because one of its processes crashed",
        PostgresErrorCodes.TooManyConnections => $"{server} has no connection left for the console",
        PostgresErrorCodes.DiskFull => $"the disk of {server} is full",
        PostgresErrorCodes.OutOfMemory => $"{server} is short of memory",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => $"{server} refuses the console's user or its password",
        _ => $"{server} answers: {Plain(e.MessageText)}",
    };

    private static string Plain(string message)
    {
        var line = string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        return line.Length > MostCharsQuoted ? $"{line[..MostCharsQuoted]}…" : line;
    }
}
