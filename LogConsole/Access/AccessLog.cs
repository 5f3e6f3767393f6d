namespace LogConsole.Access;

/// <summary>What this floor writes to the log. Event ids 1100–1199.</summary>
internal static partial class AccessLog
{
    [LoggerMessage(1100, LogLevel.Warning, "The keys that seal cookies cannot be read now: {Reason}")]
    public static partial void SealKeysUnreadable(this ILogger logger, string reason);

    [LoggerMessage(1101, LogLevel.Error, "{Actor} did {Target}, which could not be written to the audit")]
    public static partial void NotAudited(this ILogger logger, Exception exception, string actor, string target);
}
