namespace LogConsole.Patterns;

/// <summary>What the Patterns room logs. Event ids 3000–3099.</summary>
internal static partial class PatternsLog
{
    [LoggerMessage(3000, LogLevel.Information, "{Count} stored templates loaded")]
    public static partial void Loaded(ILogger logger, int count);

    [LoggerMessage(3001, LogLevel.Warning, "The state of {Count} stored templates cannot be read by this version; their lines start new templates")]
    public static partial void UnreadableStates(ILogger logger, int count);

    [LoggerMessage(3002, LogLevel.Warning, "Service {ServiceId} has more than {MaxClusters} templates (Patterns:MaxClusters): those not met for longest are forgotten. Said once; see the counter")]
    public static partial void FirstForgotten(ILogger logger, int serviceId, int maxClusters);

    [LoggerMessage(3003, LogLevel.Warning, "One batch brought service {ServiceId} far more new templates than it has room for (Patterns:MaxClusters): {Lines} lines share the template <*>. Said once; see the counter")]
    public static partial void FirstCatchAll(ILogger logger, int serviceId, int lines);
}
