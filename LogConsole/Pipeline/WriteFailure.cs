using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Pipeline;

/// <summary>What a failed attempt at a batch means.</summary>
internal enum WriteFailure
{
    /// <summary>Some record cannot be processed or stored: find it.</summary>
    Poison,

    /// <summary>The database cannot be reached, is full or restarting, or the schema is not what we expect: hold the sources and try again.</summary>
    Unavailable,
}

internal static class WriteFailures
{
    /// <summary>
    /// Only what the server calls a fault of the data (SQLSTATE classes 22, 23 and 54) or what a stage threw is the records' fault;
    /// everything else is waited out, so that a fault of ours or of the server never turns good records into dead letters.
    /// </summary>
    public static WriteFailure Classify(Exception exception) => exception switch
    {
        PostgresException { SqlState: { Length: 5 } state } when state.AsSpan(0, 2) is "22" or "23" or "54" => WriteFailure.Poison,
        NpgsqlException or DatabaseUnavailableException or TimeoutException or IOException or ObjectDisposedException => WriteFailure.Unavailable,
        StaleWriterException => WriteFailure.Unavailable,
        OperationCanceledException => WriteFailure.Unavailable,
        _ => WriteFailure.Poison,
    };

    /// <summary>
    /// True for what the server itself calls an internal fault or want of memory: mostly a bad moment, but the same one several times over
    /// for the same batch is a record it cannot process.
    /// </summary>
    public static bool MayBeARecord(Exception exception) =>
        exception is PostgresException { SqlState: { Length: 5 } state } && (state.StartsWith("XX", StringComparison.Ordinal) || state == PostgresErrorCodes.OutOfMemory);

    /// <summary>One sentence for a dead letter: what refused it, without the record's own text.</summary>
    public static string Reason(Exception exception) => exception is PostgresException postgres
        ? $"PostgreSQL refuses it: {postgres.MessageText} ({postgres.SqlState})"
        : $"a stage failed on it: {exception.GetType().Name}: {exception.Message}";
}

/// <summary>The writer's lease is no longer ours: nothing was written, a new lease is taken before the next try.</summary>
public sealed class StaleWriterException() : Exception("this instance's writer lease was taken by another one");
