using LogConsole.Ingestion;

namespace LogConsole.Logs.Search;

/// <summary>
/// Sorts rows into blocks by their event time, so that a stream of now and a file of last year do not share blocks that span a year. A few
/// blocks grow at once; one that no row came near to for longest makes room, unless it is too small to be worth its filter. Used by the pipeline loop only.
/// </summary>
internal sealed class GrowingBlocks
{
    /// <summary>Most blocks that grow at once.</summary>
    public const int Most = 4;

    /// <summary>A block of fewer rows than this is not ended to make room: rows of any time join it instead.</summary>
    public const int WorthAFilter = 256;

    private static readonly long s_near = (long)TimeSpan.FromMinutes(10).TotalMicroseconds;

    // The one used last is at the end.
    private readonly List<SearchBlock> _growing = new(Most);
    private readonly HashSet<SearchBlock> _touched = [];

    /// <summary>Blocks that took rows since <see cref="Begin"/> and go on, and those that ended since.</summary>
    public (IReadOnlyCollection<SearchBlock> Touched, IReadOnlyCollection<SearchBlock> Ended) Changes => (_touched, Ended);

    private List<SearchBlock> Ended { get; } = [];

    /// <summary>A batch begins.</summary>
    public void Begin()
    {
        _touched.Clear();
        Ended.Clear();
    }

    /// <summary>Drops all that grow: from here on rows begin new ones.</summary>
    public void Clear() => _growing.Clear();

    /// <summary>The next row.</summary>
    public void Add(long id, LogRecord record)
    {
        var block = For(id, record.Timestamp);
        block.Add(record);
        if (block.IsFull)
        {
            End(_growing.Count - 1);
        }
        else
        {
            _touched.Add(block);
        }
    }

    // Gives the row's block, which is the last one then.
    private SearchBlock For(long id, LogTimestamp at)
    {
        var (nearest, distance) = (-1, long.MaxValue);
        for (var i = _growing.Count - 1; i >= 0; i--)
        {
            var to = _growing[i].DistanceTo(at);
            if (to < distance)
            {
                (nearest, distance) = (i, to);
            }

            if (to == 0)
            {
                break;
            }
        }

        if (distance > s_near)
        {
            if (_growing.Count == Most && _growing.FindIndex(block => block.Rows >= WorthAFilter) is var oldest and >= 0)
            {
                End(oldest);
            }

            if (_growing.Count < Most)
            {
                _growing.Add(new SearchBlock(id, at));
                return _growing[^1];
            }
        }

        var block = _growing[nearest];
        if (nearest != _growing.Count - 1)
        {
            _growing.RemoveAt(nearest);
            _growing.Add(block);
        }

        return block;
    }

    private void End(int index)
    {
        _touched.Remove(_growing[index]);
        Ended.Add(_growing[index]);
        _growing.RemoveAt(index);
    }
}
