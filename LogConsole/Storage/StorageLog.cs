namespace LogConsole.Storage;

/// <summary>What this floor writes to the log. Event ids 1000–1099.</summary>
internal static partial class StorageLog
{
    [LoggerMessage(1000, LogLevel.Information, "The database is ready: {Server}")]
    public static partial void DatabaseReady(this ILogger logger, string server);

    [LoggerMessage(1001, LogLevel.Warning, "Waiting for {Server}: {Reason}")]
    public static partial void DatabaseAwaited(this ILogger logger, string server, string reason);

    [LoggerMessage(1002, LogLevel.Warning, "{Server} is away, sources are held: {Reason}")]
    public static partial void DatabaseAway(this ILogger logger, string server, string reason);

    [LoggerMessage(1003, LogLevel.Information, "{Server} is back")]
    public static partial void DatabaseBack(this ILogger logger, string server);

    [LoggerMessage(1004, LogLevel.Error, "{Server} could not be prepared")]
    public static partial void DatabaseUnusable(this ILogger logger, Exception exception, string server);

    [LoggerMessage(1010, LogLevel.Error, "{Loop} failed and is tried again")]
    public static partial void LoopFailed(this ILogger logger, Exception exception, string loop);

    [LoggerMessage(1020, LogLevel.Information, "This instance runs {Job} now (token {Token})")]
    public static partial void JobAcquired(this ILogger logger, string job, long token);

    [LoggerMessage(1021, LogLevel.Warning, "This instance no longer runs {Job}: {Reason}")]
    public static partial void JobLost(this ILogger logger, string job, string reason);
}
