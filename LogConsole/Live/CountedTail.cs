namespace LogConsole.Live;

/// <summary>Neighbouring values that arrived together. The same instance goes to every reader, so what is made of it is made once.</summary>
/// <param name="start">How many values had matched before these.</param>
/// <param name="end">How many had when the last of these had.</param>
/// <param name="items">The values kept, in order; fewer than <c>end - start</c> when they are a sample.</param>
public sealed class TailChunk<T>(long start, long end, IReadOnlyList<T> items)
{
    private byte[]? _encoded;

    /// <summary>How many values had matched before these.</summary>
    public long Start { get; } = start;

    /// <summary>How many had when the last of these had.</summary>
    public long End { get; } = end;

    /// <summary>The values kept, in order.</summary>
    public IReadOnlyList<T> Items { get; } = items;

    /// <summary>What <paramref name="encode"/> makes of the values; made at most once, whoever asks. All who ask pass the same encoding.</summary>
    public byte[] Encoded(Func<IReadOnlyList<T>, byte[]> encode) => LazyInitializer.EnsureInitialized(ref _encoded, () => encode(Items));
}

/// <summary>What came since a reader's position. <c>Gap + Skipped + items = Position - the position before</c>: every value is given, or counted.</summary>
/// <param name="IsReset">The tail was cleared since: what the reader has shown is gone.</param>
/// <param name="Gap">Values before the chunks that are not kept any more.</param>
/// <param name="Skipped">Values among and after the chunks that a sample left out.</param>
/// <param name="Chunks">Oldest first.</param>
/// <param name="Position">Where to go on.</param>
public sealed record TailRead<T>(bool IsReset, long Gap, long Skipped, IReadOnlyList<TailChunk<T>> Chunks, TailPosition Position);

/// <summary>How far a reader has come in a <see cref="CountedTail{T}"/>.</summary>
/// <param name="Epoch">Counts the clearings.</param>
/// <param name="Count">Values that had matched.</param>
public readonly record struct TailPosition(int Epoch, long Count);

/// <summary>
/// The newest of a stream of values, at most about <paramref name="capacity"/>, with exact counts of what is not there. One writer, any number of readers,
/// each with a position of its own: a reader that is slow or away costs nothing and learns how much it missed. Thread-safe.
/// </summary>
public sealed class CountedTail<T>(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Queue<TailChunk<T>> _chunks = new(); // whole chunks go when more than capacity values are kept
    private int _kept;
    private long _lastChunkEnd;
    private TailPosition _end;

    /// <summary>Where a reader starts that wants only what comes from now on.</summary>
    public TailPosition End
    {
        get
        {
            lock (_lock)
            {
                return _end;
            }
        }
    }

    /// <summary>Values kept now.</summary>
    public int Kept
    {
        get
        {
            lock (_lock)
            {
                return _kept;
            }
        }
    }

    /// <summary>Adds values that matched, of which <paramref name="items"/> are to be shown.</summary>
    public void Append(IReadOnlyList<T> items, int matched)
    {
        lock (_lock)
        {
            _end = _end with { Count = _end.Count + matched };
            if (items.Count == 0)
            {
                return;
            }

            _chunks.Enqueue(new TailChunk<T>(_lastChunkEnd, _end.Count, items));
            _lastChunkEnd = _end.Count;
            _kept += items.Count;
            while (_kept > capacity && _chunks.Count > 1)
            {
                _kept -= _chunks.Dequeue().Items.Count;
            }
        }
    }

    /// <summary>Everything since a position.</summary>
    public TailRead<T> Read(TailPosition position)
    {
        lock (_lock)
        {
            var isReset = position.Epoch != _end.Epoch;
            var from = isReset ? 0 : position.Count;
            TailChunk<T>[] chunks = [.. _chunks.Where(chunk => chunk.End > from)];
            var given = chunks.Sum(chunk => (long)chunk.Items.Count);

            // A reader may stand inside a chunk's stretch of left-out values, never between values that were kept.
            var gap = chunks.Length == 0 ? 0 : Math.Max(0, chunks[0].Start - from);
            return new TailRead<T>(isReset, gap, _end.Count - from - gap - given, chunks, _end);
        }
    }

    /// <summary>How many values came since a position.</summary>
    public long CountSince(TailPosition position)
    {
        lock (_lock)
        {
            return position.Epoch == _end.Epoch ? _end.Count - position.Count : _end.Count;
        }
    }

    /// <summary>Forgets everything; readers are told.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _chunks.Clear();
            _kept = 0;
            _lastChunkEnd = 0;
            _end = new TailPosition(_end.Epoch + 1, 0);
        }
    }
}
