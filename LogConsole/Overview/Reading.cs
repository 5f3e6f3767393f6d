using LogConsole.Storage;

namespace LogConsole.Overview;

/// <summary>What a page reads, or why it cannot be read now. Immutable.</summary>
/// <param name="Value">What was read last; null before the first read.</param>
/// <param name="ReadAt">When, by our clock.</param>
/// <param name="Away">The database while it cannot be read: the value is then an old one. Null when all is well.</param>
public sealed record Reading<T>(T? Value, DateTimeOffset? ReadAt, DatabaseStatus? Away)
    where T : class
{
    /// <summary>The version of the incidents it was read at.</summary>
    internal long Version { get; init; }
}
