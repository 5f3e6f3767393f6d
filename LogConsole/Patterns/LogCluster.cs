using LogConsole.Patterns.Masking;

namespace LogConsole.Patterns;

/// <summary>
/// A group of lines and the template they share. Tokens and place never change: a wider template is a new object under the same id,
/// so trees that share clusters do not disturb one another. <see cref="Id"/> and <see cref="LastUsed"/> are set on commit only.
/// </summary>
/// <param name="id">The template's id; negative until the commit gives it one.</param>
/// <param name="tokens">[position] → id in the tree's token table, slots included.</param>
/// <param name="wildPath">Bit p is set when the cluster lies below the wildcard child at the p-th token of its path.</param>
internal sealed class LogCluster(int id, int[] tokens, uint wildPath)
{
    public int Id { get; set; } = id;

    /// <summary>True for the template of lines for which a service had no room. No line's own template looks like it: a lone slot is masked.</summary>
    public bool IsCatchAll => Tokens is [(int)SlotKind.Any];

    public int[] Tokens { get; } = tokens;

    public uint WildPath { get; } = wildPath;

    /// <summary>When a line last matched, on the miner's own count of records; 0 when not since the start.</summary>
    public long LastUsed { get; set; }

    /// <summary>A cluster with <see cref="IsCatchAll"/>.</summary>
    public static LogCluster CatchAll(int id) => new(id, [(int)SlotKind.Any], wildPath: 1);
}
