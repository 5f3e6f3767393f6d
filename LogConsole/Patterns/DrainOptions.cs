using System.ComponentModel.DataAnnotations;

namespace LogConsole.Patterns;

/// <summary>
/// How templates are mined; one setting for all services. Section <c>Patterns</c>. A changed value applies to what is mined
/// from then on: templates already stored keep their ids and texts.
/// </summary>
public sealed class DrainOptions
{
    public const string Section = "Patterns";

    /// <summary>
    /// Layers of the tree, root and leaves included, as the paper counts them: a line is looked up by its token count and its first
    /// <c>Depth - 2</c> tokens before templates are compared. Default 4. Deeper: faster and more, narrower templates.
    /// </summary>
    [Range(3, 16)]
    public int Depth { get; set; } = 4;

    /// <summary>
    /// Share of a line's words (tokens without a masked value) that must equal a template's, position by position, for the line to belong
    /// to it. Default 0.6: 0.55 to 0.7 group alike. Higher: more, narrower templates.
    /// </summary>
    [Range(0.05, 1.0)]
    public double SimilarityThreshold { get; set; } = 0.6;

    /// <summary>
    /// Named children of one tree node, at most; further tokens share the node's wildcard child. Default 100. It bounds the tree where
    /// the first tokens of messages are values.
    /// </summary>
    [Range(2, 100_000)]
    public int MaxChildren { get; set; } = 100;

    /// <summary>
    /// Templates one service keeps in memory, at most. Default 2,000. When a commit leaves more, those matched longest ago are
    /// forgotten and counted: their rows and ids stay, a line of their kind met later starts a new template. Within one batch a quarter
    /// more are taken; what is new beyond that shares one template <c>&lt;*&gt;</c>, which is never forgotten.
    /// </summary>
    [Range(16, 1_000_000)]
    public int MaxClusters { get; set; } = 2_000;

    /// <summary>Tokens of a line that are considered; what follows becomes one slot. Default 256.</summary>
    [Range(8, 4096)]
    public int MaxTokens { get; set; } = 256;

    /// <summary>Bytes of a line that are considered; what follows becomes one slot. Default 8 KiB.</summary>
    [Range(256, 1 << 20)]
    public int MaxLineBytes { get; set; } = 8 << 10;
}
