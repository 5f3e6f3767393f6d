using LogConsole.Patterns.Masking;
using LogConsole.Pipeline;

namespace LogConsole.Patterns;

/// <summary>
/// The committed state of mining: one tree a service, the catalogue of their templates, and what was forgotten.
/// Changed on the pipeline loop only (<see cref="MineTemplates"/> through its change set, <see cref="Load"/>);
/// the counters are readable from any thread.
/// </summary>
public sealed class TemplateMiner(DrainOptions options, TemplateCatalog catalog, ILogger<TemplateMiner> logger)
{
    // A commit that leaves a service over its limit forgets this share of it at once: the tree is rebuilt, and not at every commit.
    private const int ForgetDivisor = 16;

    private readonly List<LineTokenizer> _tokenizers = []; // [lane]
    private Dictionary<int, DrainTree> _trees = []; // by service id
    private long _records;
    private long _forgotten;
    private long _catchAllLines;

    /// <summary>True once <see cref="Load"/> ran.</summary>
    public bool IsLoaded { get; private set; }

    /// <summary>What mining holds and what it had to give up.</summary>
    public PatternFigures Figures => new(catalog.Count, Volatile.Read(ref _forgotten), Volatile.Read(ref _catchAllLines));

    /// <summary>The templates mined with, for readers.</summary>
    public TemplateCatalog Catalog => catalog;

    /// <summary>Replaces all state by what was stored (nothing, for a miner that starts empty).</summary>
    /// <param name="templates">In order of their ids.</param>
    internal void Load(IEnumerable<StoredTemplate> templates)
    {
        catalog.Clear();
        var trees = new Dictionary<int, DrainTree>();
        var unreadable = 0;
        foreach (var stored in templates)
        {
            if (!trees.TryGetValue(stored.Template.ServiceId, out var tree))
            {
                trees.Add(stored.Template.ServiceId, tree = new DrainTree(options));
            }

            var cluster = TemplateCodec.TryDecode(stored.Template.Id, stored.State, tree.Tokens);
            if (cluster is null)
            {
                unreadable++;
                continue;
            }

            // What was seen last before the restart is forgotten last after it.
            cluster.LastUsed = stored.RecencyRank;
            tree.Restore(cluster);
            catalog.Set(stored.Template);
            _records = Math.Max(_records, stored.RecencyRank);
        }

        _trees = trees;
        IsLoaded = true;
        if (unreadable > 0)
        {
            PatternsLog.UnreadableStates(logger, unreadable);
        }
    }

    /// <summary>The committed tree of a service; an empty one, not kept, when it has none.</summary>
    internal DrainTree Tree(int serviceId) => _trees.TryGetValue(serviceId, out var tree) ? tree : new DrainTree(options);

    /// <summary>The scratch of a lane: one batch is processed at a time, so batches share it.</summary>
    internal LineTokenizer Tokenizer(int lane)
    {
        while (_tokenizers.Count <= lane)
        {
            _tokenizers.Add(new LineTokenizer(options));
        }

        return _tokenizers[lane];
    }

    /// <summary>Takes over what a committed batch did to one service.</summary>
    internal void Commit(LogBatch batch, ServiceMining service)
    {
        var serviceId = 0;
        foreach (var use in service.Uses)
        {
            serviceId = batch.ServiceIds[use.FirstRecord];
            use.Cluster.LastUsed = _records + use.LastRecord + 1;
            Publish(use, serviceId);
        }

        if (service.CatchAllLines > 0 && Interlocked.Add(ref _catchAllLines, service.CatchAllLines) == service.CatchAllLines)
        {
            PatternsLog.FirstCatchAll(logger, serviceId, service.CatchAllLines);
        }

        if (service.IsChanged)
        {
            _trees[serviceId] = Bounded(service.Tree, serviceId);
        }
    }

    /// <summary>Counts the records of a committed batch: the clock by which templates are forgotten.</summary>
    internal void Advance(int records) => _records += records;

    private void Publish(TemplateUse use, int serviceId)
    {
        var first = use.FirstSeen.ToDateTimeOffset();
        var last = use.LastSeen.ToDateTimeOffset();
        catalog.Set(catalog.TryGet(use.Cluster.Id, out var known)
            ? known with
            {
                Text = use.IsWidened ? use.Text : known.Text,
                Count = known.Count + use.Count,
                FirstSeen = first < known.FirstSeen ? first : known.FirstSeen,
                LastSeen = last > known.LastSeen ? last : known.LastSeen,
            }
            : new LogTemplate(use.Cluster.Id, serviceId, use.Text, use.Count, first, last));
    }

    private DrainTree Bounded(DrainTree tree, int serviceId)
    {
        if (tree.Count <= options.MaxClusters)
        {
            return tree;
        }

        var byUse = Array.FindAll(tree.Clusters.ToArray(), cluster => !cluster.IsCatchAll);
        Array.Sort(byUse, (left, right) => left.LastUsed != right.LastUsed ? left.LastUsed.CompareTo(right.LastUsed) : left.Id.CompareTo(right.Id));
        var forgotten = byUse[..^(options.MaxClusters - (options.MaxClusters / ForgetDivisor))].ToHashSet();
        foreach (var cluster in forgotten)
        {
            catalog.Remove(cluster.Id);
        }

        if (Interlocked.Add(ref _forgotten, forgotten.Count) == forgotten.Count)
        {
            PatternsLog.FirstForgotten(logger, serviceId, options.MaxClusters);
        }

        return tree.Keep(cluster => !forgotten.Contains(cluster));
    }
}
