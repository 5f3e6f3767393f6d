using LogConsole.Patterns.Masking;

namespace LogConsole.Patterns;

/// <summary>
/// The inner nodes of a <see cref="DrainTree"/>: from a line's token count by its first tokens to a leaf, which is a number other than 0.
/// Finding is read-only and may run on several threads; changing needs a single owner.
/// </summary>
internal sealed class PathTree
{
    private readonly DrainOptions _options;
    private readonly EdgeTable _edges;
    private int[] _namedChildren; // [node]
    private int _nodeCount;

    public PathTree(DrainOptions options)
    {
        _options = options;
        _edges = new EdgeTable();
        _namedChildren = new int[16];
        _nodeCount = 1;
    }

    private PathTree(PathTree other)
    {
        _options = other._options;
        _edges = other._edges.Clone();
        _namedChildren = (int[])other._namedChildren.Clone();
        _nodeCount = other._nodeCount;
    }

    /// <summary>Nodes there are; leaves are numbered below it.</summary>
    public int NodeCount => _nodeCount;

    /// <summary>A tree that can be changed without this one noticing. Costs a copy of its arrays.</summary>
    public PathTree Clone() => new(this);

    /// <summary>The leaf of a line, or 0 when there is none.</summary>
    public int Find(ReadOnlySpan<int> line)
    {
        var node = _edges.Find(0, line.Length);
        for (var position = 0; node != 0 && position < Length(line.Length); position++)
        {
            var named = line[position] < TokenTable.FirstWord ? 0 : _edges.Find(node, line[position]);
            node = named != 0 ? named : _edges.Find(node, (int)SlotKind.Any);
        }

        return node;
    }

    /// <summary>The leaf of a line, made where it is missing. A node with its limit of named children sends further words below its wildcard.</summary>
    /// <param name="wildPath">Bit p is set when the path goes below the wildcard child at the p-th token.</param>
    public int FindOrAdd(ReadOnlySpan<int> line, out uint wildPath)
    {
        wildPath = 0u;
        var node = ChildOrNew(0, line.Length);
        for (var position = 0; position < Length(line.Length); position++)
        {
            var child = TokenTable.IsSlot(line[position]) ? 0 : _edges.Find(node, line[position]);
            if (child == 0 && !TokenTable.IsSlot(line[position]) && _namedChildren[node] < _options.MaxChildren)
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

        return node;
    }

    /// <summary>The leaf a template had, made where it is missing, whatever the limits say now.</summary>
    public int Restore(ReadOnlySpan<int> template, uint wildPath)
    {
        var node = ChildOrNew(0, template.Length);
        for (var position = 0; position < Length(template.Length); position++)
        {
            var wild = (wildPath & (1u << position)) != 0;
            var token = wild ? (int)SlotKind.Any : template[position];
            var child = _edges.Find(node, token);
            node = child != 0 ? child : wild ? ChildOrNew(node, token) : NewNamedChild(node, token);
        }

        return node;
    }

    private int Length(int tokens) => Math.Min(_options.Depth - 2, tokens);

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
        _namedChildren[node]++;
        return child;
    }

    private int NewNode()
    {
        if (_nodeCount == _namedChildren.Length)
        {
            Array.Resize(ref _namedChildren, _nodeCount * 2);
        }

        return _nodeCount++;
    }
}
