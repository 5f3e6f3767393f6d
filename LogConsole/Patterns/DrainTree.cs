using System.Diagnostics;
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
    private readonly EdgeTable _edges;
    private Node[] _nodes;
    private int _nodeCount;
    private LogCluster[] _clusters; // [index], in order of creation
    private int _catchAll = None; // index of its cluster; it is in no leaf
    private int[] _next; // [cluster index] → next cluster of the same leaf, in order of creation

    public DrainTree(DrainOptions options)
    {
        _options = options;
        Tokens = new TokenTable();
        _edges = new EdgeTable();
        _nodes = new Node[16];
        _nodes[0] = Node.Empty;
        _nodeCount = 1;
        _clusters = new LogCluster[16];
        _next = new int[16];
    }

    private DrainTree(DrainTree other)
    {
        _options = other._options;
        Tokens = other.Tokens.Clone();
        _edges = other._edges.Clone();
        _nodes = (Node[])other._nodes.Clone();
        _nodeCount = other._nodeCount;
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
        var leaf = FindLeaf(line);
        if (leaf == 0)
        {
            return null;
        }

        var needed = NeededEqual(line);
        var best = None;
        var bestWild = 0;
        var seen = 0;
        for (var candidate = _nodes[leaf].FirstCluster; candidate != None; candidate = Next(leaf, candidate, ++seen))
        {
            var equal = Compare(_clusters[candidate].Tokens, line, needed, out var wild);
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
        exact = Covers(cluster.Tokens, line);
        return cluster;
    }

    /// <summary>Starts a template from a line that <see cref="Match"/> found none for.</summary>
    public LogCluster Add(int id, ReadOnlySpan<int> line)
    {
        var wildPath = 0u;
        var node = ChildOrNew(0, line.Length);
        for (var position = 0; position < PathLength(line.Length); position++)
        {
            var child = TokenTable.IsSlot(line[position]) ? 0 : _edges.Find(node, line[position]);
            if (child == 0 && !TokenTable.IsSlot(line[position]) && _nodes[node].NamedChildren < _options.MaxChildren)
            {
                child = NewNamedChild(node, line[position]);
            }

            if (child == 0)
            {
                wildPath |= 1u << position;
                child = ChildOrNew(node, (int)SlotKind.Any);
            }

            node = child;
        }

        var cluster = new LogCluster(id, line.ToArray(), wildPath);
        Append(node, cluster);
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

        var node = ChildOrNew(0, cluster.Tokens.Length);
        for (var position = 0; position < PathLength(cluster.Tokens.Length); position++)
        {
            var wild = (cluster.WildPath & (1u << position)) != 0;
            var token = wild ? (int)SlotKind.Any : cluster.Tokens[position];
            var child = _edges.Find(node, token);
            node = child != 0 ? child : wild ? ChildOrNew(node, token) : NewNamedChild(node, token);
        }

        Append(node, cluster);
    }

    /// <summary>Widens a template to take the line in: tokens that differ become slots. Returns the new state of the cluster.</summary>
    public LogCluster Widen(int index, ReadOnlySpan<int> line)
    {
        var old = _clusters[index];
        var tokens = (int[])old.Tokens.Clone();
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i] != line[i] && tokens[i] != (int)SlotKind.Any)
            {
                tokens[i] = (int)(TokenTable.IsSlot(tokens[i]) && TokenTable.IsSlot(line[i]) ? SlotKind.Mixed : SlotKind.Any);
            }
        }

        return _clusters[index] = new LogCluster(old.Id, tokens, old.WildPath) { LastUsed = old.LastUsed };
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

    // Token positions that agree, -1 as soon as fewer than needed can. Two slots of whatever kind agree; widened positions (Any) do not count.
    private static int Compare(int[] template, ReadOnlySpan<int> line, int needed, out int wild)
    {
        wild = 0;
        Debug.Assert(template.Length == line.Length, "A leaf holds templates of one length.");
        var spare = line.Length - needed;
        var equal = 0;
        for (var i = 0; i < template.Length && i < line.Length; i++)
        {
            var token = template[i];
            if ((token == line[i] && token != (int)SlotKind.Any) || (TokenTable.IsSlot(line[i]) && TokenTable.IsMasked(token)))
            {
                equal++;
                continue;
            }

            wild += token == (int)SlotKind.Any ? 1 : 0;
            if (--spare < 0)
            {
                return None;
            }
        }

        return equal;
    }

    private static bool Covers(int[] template, ReadOnlySpan<int> line)
    {
        for (var i = 0; i < template.Length; i++)
        {
            var token = template[i];
            var covered = token == line[i] || token == (int)SlotKind.Any || (token == (int)SlotKind.Mixed && TokenTable.IsSlot(line[i]));
            if (!covered)
            {
                return false;
            }
        }

        return true;
    }

    // Slots agree for free, so the threshold is a share of the words alone; a slot that does not agree costs as much as a word.
    private int NeededEqual(ReadOnlySpan<int> line)
    {
        var words = 0;
        foreach (var token in line)
        {
            words += Tokens.HasSlot(token) ? 0 : 1;
        }

        return line.Length - words + (int)Math.Ceiling(_options.SimilarityThreshold * words);
    }

    private int PathLength(int tokens) => Math.Min(_options.Depth - 2, tokens);

    private int FindLeaf(ReadOnlySpan<int> line)
    {
        var node = _edges.Find(0, line.Length);
        for (var position = 0; node != 0 && position < PathLength(line.Length); position++)
        {
            var named = line[position] < TokenTable.FirstWord ? 0 : _edges.Find(node, line[position]);
            node = named != 0 ? named : _edges.Find(node, (int)SlotKind.Any);
        }

        return node;
    }

    private int ChildOrNew(int node, int token)
    {
        var child = _edges.Find(node, token);
        if (child == 0)
        {
            child = NewNode();
            _edges.Add(node, token, child);
        }

        return child;
    }

    private int NewNamedChild(int node, int token)
    {
        var child = NewNode();
        _edges.Add(node, token, child);
        _nodes[node].NamedChildren++;
        return child;
    }

    private int NewNode()
    {
        if (_nodeCount == _nodes.Length)
        {
            Array.Resize(ref _nodes, _nodes.Length * 2);
        }

        _nodes[_nodeCount] = Node.Empty;
        return _nodeCount++;
    }

    // The next template of a leaf to compare with: from the oldest ones straight to the newest ones.
    private int Next(int leaf, int candidate, int seen) =>
        seen == HalfOfCandidates && _nodes[leaf].Clusters > 2 * HalfOfCandidates ? _nodes[leaf].FirstOfNewest : _next[candidate];

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

    private void Append(int leaf, LogCluster cluster)
    {
        var index = Store(cluster);
        ref var node = ref _nodes[leaf];
        if (node.FirstCluster == None)
        {
            node.FirstCluster = node.FirstOfNewest = index;
        }
        else
        {
            _next[node.LastCluster] = index;
        }

        node.LastCluster = index;
        if (++node.Clusters > HalfOfCandidates)
        {
            node.FirstOfNewest = _next[node.FirstOfNewest];
        }
    }

    private struct Node
    {
        public static readonly Node Empty = new() { FirstCluster = None, LastCluster = None, FirstOfNewest = None };

        public int NamedChildren;
        public int FirstCluster;
        public int LastCluster;
        public int FirstOfNewest;
        public int Clusters;
    }
}
