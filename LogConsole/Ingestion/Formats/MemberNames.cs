namespace LogConsole.Ingestion.Formats;

/// <summary>
/// How often each name stands among the members of the object being written, as bytes of the arena's item; reused from object to object.
/// A hash table with chains, because honest objects have a dozen members and hostile ones thousands.
/// </summary>
internal sealed class MemberNames
{
    private const int FirstSlots = 64;

    private int[] _slots = new int[FirstSlots]; // [hash] → entry, from 1
    private Entry[] _entries = new Entry[FirstSlots];
    private int _count;

    /// <summary>Another object begins.</summary>
    public void Clear()
    {
        if (_count > 0)
        {
            Array.Clear(_slots);
            _count = 0;
        }
    }

    /// <summary>Counts a name, and returns how often it has been counted now.</summary>
    /// <param name="item">All that was written; earlier names stand where they stood.</param>
    public int Add(ReadOnlySpan<byte> item, int start, int length)
    {
        var name = item.Slice(start, length);
        var code = default(HashCode);
        code.AddBytes(name);
        var hash = code.ToHashCode();
        for (var at = _slots[hash & (_slots.Length - 1)]; at > 0; at = _entries[at - 1].Next)
        {
            ref var entry = ref _entries[at - 1];
            if (entry.Hash == hash && item.Slice(entry.Start, entry.Length).SequenceEqual(name))
            {
                return ++entry.Times;
            }
        }

        if (_count == _entries.Length)
        {
            Grow();
        }

        ref var slot = ref _slots[hash & (_slots.Length - 1)];
        _entries[_count++] = new Entry { Hash = hash, Start = start, Length = length, Next = slot, Times = 1 };
        slot = _count;
        return 1;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _count * 2);
        _slots = new int[_entries.Length];
        for (var i = 0; i < _count; i++)
        {
            ref var slot = ref _slots[_entries[i].Hash & (_slots.Length - 1)];
            _entries[i].Next = slot;
            slot = i + 1;
        }
    }

    private struct Entry
    {
        public int Hash;
        public int Start;
        public int Length;
        public int Next;
        public int Times;
    }
}
