using LogConsole.Patterns.Masking;

namespace LogConsole.Patterns;

/// <summary>
/// The fixed-depth tree of one service: P. He, J. Zhu, Z. Zheng, M. R. Lyu, "Drain: An Online Log Parsing Approach with Fixed Depth Tree",
/// ICWS 2017. A line goes by its token count, then by its first tokens, to a leaf; there the most similar template takes it.
/// Differs from the paper: values are masked before (<see cref="TokenMasker"/>) and similarity is the share of equal words, slots left out;
/// tokens are ints; the number of templates (<see cref="IsFull"/>, <see cref="Keep"/>) and of those a line is compared with
/// (<see cref="HalfOfCandidates"/>) are bounded.
/// <example>
/// <c>Failed password for root from 10.0.0.7 port 4711 ssh2</c> → node "9 tokens" → "Failed" → "password" → template
/// <c>Failed password for &lt;*&gt; from &lt;*&gt; port &lt;*&gt; ssh&lt;*&gt;</c> (after a line with another user).
/// </example>
/// Matching is read-only, takes no memory and may run on several threads; changing needs a single owner.
/// </summary>
internal sealed class DrainTree
{
    /// <summary>
    /// Of a leaf with more than twice as many templates, a line is compared with this many of the oldest, which have lasted, and this many of
    /// the newest, which may be about to. Only lines whose words are random fill a leaf that far.
    /// </summary>
    internal const int HalfOfCandidates = 64;

    // What a tree may hold above the limit until the commit brings it back: this share of it.
    private const int MarginDivisor = 4;
    private const int None = -1;
    private readonly DrainOptions _options;
    private readonly PathTree _paths;
    private Leaf[] _leaves; // [node of the paths]; nodes on the way hold none
    private LogCluster[] _clusters; // [index], in order of creation
    private int _catchAll = None; // index of its cluster; it is in no leaf
    private int[] _next; // [cluster index] → next cluster of the same leaf, in order of creation

    public DrainTree(DrainOptions options)
    {
        _options = options;
        Tokens = new TokenTable();
        _paths = new PathTree(options);
        _leaves = [];
        _clusters = new LogCluster[16];
        _next = new int[16];
    }

    private DrainTree(DrainTree other)
    {
        _options = other._options;
        Tokens = other.Tokens.Clone();
        _paths = other._paths.Clone();
        _leaves = (Leaf[])other._leaves.Clone();
        _clusters = (LogCluster[])other._clusters.Clone();
        _next = (int[])other._next.Clone();
        Count = other.Count;
        _catchAll = other._catchAll;
    }

    /// <summary>The words of this tree's templates.</summary>
    public TokenTable Tokens { get; }

    /// <summary>Templates in the tree.</summary>
    public int Count { get; private set; }

    /// <summary>True when the tree takes no new template but <see cref="CatchAll"/>: a batch has brought more than a commit may leave.</summary>
    public bool IsFull => Count >= _options.MaxClusters + (_options.MaxClusters / MarginDivisor);

    /// <summary>The template of the lines that found none in a full tree; null until there was one.</summary>
    public LogCluster? CatchAll => _catchAll == None ? null : _clusters[_catchAll];

    /// <summary>The templates, in order of creation.</summary>
    public ReadOnlySpan<LogCluster> Clusters => _clusters.AsSpan(0, Count);

    /// <summary>A tree that can be changed without this one noticing. Costs a copy of its arrays.</summary>
    public DrainTree Clone() => new(this);

    /// <summary>The template the line belongs to, or null when it needs a new one.</summary>
    /// <param name="line">Token ids of <see cref="Tokens"/>; unknown words are negative.</param>
    /// <param name="index">Its place among <see cref="Clusters"/>.</param>
    /// <param name="exact">True when the template needs no widening for this line.</param>
    public LogCluster? Match(ReadOnlySpan<int> line, out int index, out bool exact)
    {
        index = None;
        exact = false;
        var leaf = _paths.Find(line);
        if (leaf == 0)
        {
            return null;
        }

        var needed = LineSimilarity.Needed(line, Tokens, _options.SimilarityThreshold);
        var best = None;
        var bestWild = 0;
        var seen = 0;
        for (var candidate = _leaves[leaf].FirstCluster; candidate != None; candidate = Next(leaf, candidate, ++seen))
        {
            var equal = LineSimilarity.CountEqual(_clusters[candidate].Tokens, line, needed, out var wild);
            if (equal > best || (equal == best && wild > bestWild))
            {
                best = equal;
                bestWild = wild;
                index = candidate;
                if (equal == line.Length)
                {
                    break;
                }

                needed = equal;
            }
        }

        if (index == None)
        {
            return null;
        }

        var cluster = _clusters[index];
        exact = LineSimilarity.Covers(cluster.Tokens, line);
        return cluster;
    }

    /// <summary>Starts a template from a line that <see cref="Match"/> found none for.</summary>
    public LogCluster Add(int id, ReadOnlySpan<int> line)
    {
        var leaf = _paths.FindOrAdd(line, out var wildPath);
        var cluster = new LogCluster(id, line.ToArray(), wildPath);
        Append(leaf, cluster);
        return cluster;
    }

    /// <summary>Starts <see cref="CatchAll"/>.</summary>
    public LogCluster AddCatchAll(int id)
    {
        var cluster = LogCluster.CatchAll(id);
        Restore(cluster);
        return cluster;
    }

    /// <summary>Puts a template back where its path says it was; tokens are ids of <see cref="Tokens"/>.</summary>
    public void Restore(LogCluster cluster)
    {
        if (cluster.IsCatchAll)
        {
            _catchAll = Store(cluster);
            return;
        }

        Append(_paths.Restore(cluster.Tokens, cluster.WildPath), cluster);
    }

    /// <summary>Widens a template to take the line in: tokens that differ become slots. Returns the new state of the cluster.</summary>
    public LogCluster Widen(int index, ReadOnlySpan<int> line)
    {
        var old = _clusters[index];
        return _clusters[index] = new LogCluster(old.Id, LineSimilarity.Widen(old.Tokens, line), old.WildPath) { LastUsed = old.LastUsed };
    }

    /// <summary>A tree of only the given templates of this one, with only their words. Order of creation is kept.</summary>
    public DrainTree Keep(Func<LogCluster, bool> kept)
    {
        var tree = new DrainTree(_options);
        foreach (var cluster in Clusters)
        {
            if (kept(cluster))
            {
                var tokens = Array.ConvertAll(cluster.Tokens, token => TokenTable.IsSlot(token) ? token : tree.Tokens.Intern(Tokens.Text(token)));
                tree.Restore(new LogCluster(cluster.Id, tokens, cluster.WildPath) { LastUsed = cluster.LastUsed });
            }
        }

        return tree;
    }

    // The next template of a leaf to compare with: from the oldest ones straight to the newest ones.
    private int Next(int leaf, int candidate, int seen) =>
        seen == HalfOfCandidates && _leaves[leaf].Clusters > 2 * HalfOfCandidates ? _leaves[leaf].FirstOfNewest : _next[candidate];

    private int Store(LogCluster cluster)
    {
        if (Count == _clusters.Length)
        {
            Array.Resize(ref _clusters, Count * 2);
            Array.Resize(ref _next, Count * 2);
        }

        _clusters[Count] = cluster;
        _next[Count] = None;
        return Count++;
    }

    private void Append(int number, LogCluster cluster)
    {
        var index = Store(cluster);
        if (number >= _leaves.Length)
        {
            var known = _leaves.Length;
            Array.Resize(ref _leaves, Math.Max(_paths.NodeCount, known * 2));
            Array.Fill(_leaves, Leaf.Empty, known, _leaves.Length - known);
        }

        ref var leaf = ref _leaves[number];
        if (leaf.FirstCluster == None)
        {
            leaf.FirstCluster = leaf.FirstOfNewest = index;
        }
        else
        {
            _next[leaf.LastCluster] = index;
        }

        leaf.LastCluster = index;
        if (++leaf.Clusters > HalfOfCandidates)
        {
            leaf.FirstOfNewest = _next[leaf.FirstOfNewest];
        }
    }

    private struct Leaf
    {
        public static readonly Leaf Empty = new() { FirstCluster = None, LastCluster = None, FirstOfNewest = None };

        public int FirstCluster;
        public int LastCluster;
        public int FirstOfNewest;
        public int Clusters;
    }
}
