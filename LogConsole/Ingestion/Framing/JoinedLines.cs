using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion.Framing;

/// <summary>
/// The records of a text: its lines that are not blank, stack traces joined to the line they follow. A record is a slice of the text, line ends and
/// blank lines within it included; no record grows beyond the byte limit by joining.
/// </summary>
internal struct JoinedLines(ReadOnlyMemory<byte> text, int maxBytes)
{
    private BodyLines _lines = new(text);
    private StackTrace _trace;
    private ReadOnlyMemory<byte> _next;
    private int _nextNumber;
    private int _nextStart;
    private bool _hasNext;

    /// <summary>Where the last record begins, bytes from the text's start.</summary>
    public int Start { get; private set; }

    /// <summary>The next record and the 1-based number of its first line.</summary>
    public bool TryNext(out ReadOnlyMemory<byte> record, out int number)
    {
        if (!_hasNext && !Read())
        {
            record = default;
            number = 0;
            return false;
        }

        Start = _nextStart;
        number = _nextNumber;
        var end = Start + _next.Length;
        _trace.Begin(_next.Span);
        while (Read() && _nextStart + _next.Length - Start <= maxBytes && _trace.TryContinue(_next.Span))
        {
            end = _nextStart + _next.Length;
        }

        record = text[Start..end];
        return true;
    }

    private bool Read()
    {
        _hasNext = _lines.TryNext(out _next, out _nextNumber);
        _nextStart = _lines.Start;
        return _hasNext;
    }
}
