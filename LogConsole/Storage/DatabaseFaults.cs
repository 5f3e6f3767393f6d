using System.Net.Sockets;
using Npgsql;

namespace LogConsole.Storage;

/// <summary>Tells a database that is away, which is waited for, from one that will never let us in, which is said at once.</summary>
internal static class DatabaseFaults
{
    /// <summary>The oldest major version whose SQL the console speaks.</summary>
    public const int OldestMajor = 15;

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
}
