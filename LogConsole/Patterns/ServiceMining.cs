using System.Runtime.InteropServices;
using LogConsole.Ingestion;
using LogConsole.Patterns.Masking;

namespace LogConsole.Patterns;

/// <summary>
/// One batch's view of one service: the committed tree until the batch needs a change, then a copy of its own, so the committed tree
/// never sees an attempt that may fail. Used by the service's lane only.
/// </summary>
internal sealed class ServiceMining(DrainTree committed)
{
    private readonly Dictionary<int, TemplateUse> _uses = []; // by template id, negative for new ones
    private bool _owned;

    /// <summary>The tree as the batch sees it.</summary>
    public DrainTree Tree { get; private set; } = committed;

    /// <summary>True when the batch changed the tree.</summary>
    public bool IsChanged => _owned;

    /// <summary>The templates the batch touched.</summary>
    public IReadOnlyCollection<TemplateUse> Uses => _uses.Values;

    /// <summary>Lines that found no template and no room for one; they share <see cref="DrainTree.CatchAll"/>.</summary>
    public int CatchAllLines { get; private set; }

    /// <summary>The template of a message; what it takes to have one is done to the batch's own tree.</summary>
    /// <param name="newId">The id to use should the message start a template; negative.</param>
    /// <returns>The template's id; <paramref name="newId"/> when it was taken.</returns>
    public int Assign(int record, ReadOnlySpan<byte> message, LogTimestamp timestamp, LineTokenizer tokenizer, int newId)
    {
        var line = tokenizer.Find(message, Tree.Tokens);
        var cluster = Tree.Match(line, out var index, out var exact);
        if (cluster is null && Tree.IsFull)
        {
            CatchAllLines++;
            exact = true;
            cluster = Tree.CatchAll ?? Own().AddCatchAll(newId);
        }
        else if (cluster is null)
        {
            cluster = Own().Add(newId, tokenizer.Intern(message, Tree.Tokens));
        }
        else if (!exact)
        {
            cluster = Own().Widen(index, line);
        }

        ref var use = ref CollectionsMarshal.GetValueRefOrAddDefault(_uses, cluster.Id, out _);
        use ??= new TemplateUse(this, cluster, record, timestamp);
        if (!ReferenceEquals(use.Cluster, cluster) || !exact)
        {
            use.Widen(cluster);
        }

        use.Add(record, timestamp);
        return cluster.Id;
    }

    private DrainTree Own()
    {
        if (!_owned)
        {
            Tree = Tree.Clone();
            _owned = true;
        }

        return Tree;
    }
}
