using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace LogConsole.Patterns;

/// <summary>
/// The templates this instance mines with, by id. Written on the pipeline loop after a commit, read from any thread.
/// Bounded by <see cref="DrainOptions.MaxClusters"/> a service; what is here <see cref="TemplateRetention"/> leaves alone; templates the miner has forgotten are found in <see cref="TemplateStore"/> alone.
/// </summary>
public sealed class TemplateCatalog
{
    private readonly ConcurrentDictionary<int, LogTemplate> _templates = new();

    /// <summary>Templates in memory.</summary>
    public int Count => _templates.Count;

    /// <summary>The template as of the last commit.</summary>
    public bool TryGet(int id, [NotNullWhen(true)] out LogTemplate? template) => _templates.TryGetValue(id, out template);

    /// <summary>All templates, in no order; each as of some moment during the call.</summary>
    public IReadOnlyList<LogTemplate> Snapshot() => [.. _templates.Values];

    internal void Set(LogTemplate template) => _templates[template.Id] = template;

    internal void Remove(int id) => _templates.TryRemove(id, out _);

    internal void Clear() => _templates.Clear();
}
