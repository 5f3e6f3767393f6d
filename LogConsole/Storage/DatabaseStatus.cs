namespace LogConsole.Storage;

/// <summary>What the database is doing.</summary>
public enum DatabaseCondition
{
    /// <summary>Not reached yet, or being migrated.</summary>
    Starting,

    /// <summary>Reached and migrated.</summary>
    Ready,

    /// <summary>Was ready and cannot be reached now; it is retried.</summary>
    Away,
}

/// <summary>A snapshot for pages and health.</summary>
/// <param name="Since">When this condition began.</param>
/// <param name="Reason">One sentence for people when not ready, without secrets; else null.</param>
public sealed record DatabaseStatus(DatabaseCondition Condition, DateTimeOffset Since, string? Reason)
{
    public bool IsReady => Condition == DatabaseCondition.Ready;
}
