using System.Runtime.CompilerServices;

namespace LogConsole.Patterns;

/// <summary>
/// The edges of a <see cref="DrainTree"/>: (node, token) → child node. Open addressing; nothing is ever removed.
/// Not thread-safe while adding.
/// </summary>
internal sealed class EdgeTable
{
    private Entry[] _entries; // length is a power of two; child 0 (the root is nobody's child) marks a free one
    private int _count;

    public EdgeTable() => _entries = new Entry[64];

    private EdgeTable(EdgeTable other)
    {
        _entries = (Entry[])other._entries.Clone();
        _count = other._count;
    }

    public EdgeTable Clone() => new(this);

    /// <summary>The child, or 0 when there is none.</summary>
    public int Find(int node, int token)
    {
        var entries = _entries;
        var mask = entries.Length - 1;
        for (var slot = Slot(node, token, mask); ; slot = (slot + 1) & mask)
        {
            ref readonly var entry = ref entries[slot];
            if (entry.Child == 0 || (entry.Node == node && entry.Token == token))
            {
                return entry.Child;
            }
        }
    }

    /// <summary>Adds an edge that must not exist yet.</summary>
    public void Add(int node, int token, int child)
    {
        if (++_count * 2 > _entries.Length)
        {
            var old = _entries;
            _entries = new Entry[old.Length * 2];
            foreach (var entry in old)
            {
                if (entry.Child != 0)
                {
                    Place(entry);
                }
            }
        }

        Place(new Entry(node, token, child));
    }

    private void Place(Entry entry)
    {
        var mask = _entries.Length - 1;
        var slot = Slot(entry.Node, entry.Token, mask);
        while (_entries[slot].Child != 0)
        {
            slot = (slot + 1) & mask;
        }

        _entries[slot] = entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Slot(int node, int token, int mask)
    {
        var hash = (((ulong)(uint)node << 32) | (uint)token) * 0x9E3779B97F4A7C15;
        return (int)(hash >> 32) & mask;
    }

    private readonly record struct Entry(int Node, int Token, int Child);
}
