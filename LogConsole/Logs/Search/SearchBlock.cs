using LogConsole.Ingestion;

namespace LogConsole.Logs.Search;

/// <summary>Rows of one writer and segment that are searched together. Used by the pipeline loop only.</summary>
/// <param name="id">The first row's record id.</param>
internal sealed class SearchBlock(long id, LogTimestamp first)
{
    /// <summary>Most rows; a block that is full of different texts ends sooner.</summary>
    public const int MaxRows = 8_192;

    public long Id => id;

    public int Rows { get; private set; }

    /// <summary>Lowest event time.</summary>
    public LogTimestamp From { get; private set; } = first;

    /// <summary>Highest event time.</summary>
    public LogTimestamp To { get; private set; } = first;

    /// <summary>What its rows have in them.</summary>
    public BlockFilter Filter { get; } = new();

    /// <summary>Whether it takes no more rows.</summary>
    public bool IsFull => Filter.IsFull || Rows >= MaxRows;

    public void Add(LogRecord record)
    {
        Rows++;
        From = record.Timestamp < From ? record.Timestamp : From;
        To = record.Timestamp > To ? record.Timestamp : To;
        Filter.Add(record);
    }

    /// <summary>Microseconds from a moment to its nearest row's, 0 within its stretch.</summary>
    public long DistanceTo(LogTimestamp at) =>
        at < From ? From.UnixMicroseconds - at.UnixMicroseconds : at > To ? at.UnixMicroseconds - To.UnixMicroseconds : 0;
}
