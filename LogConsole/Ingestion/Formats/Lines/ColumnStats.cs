namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>A place in a header that may be a column of the format or the beginning of a message.</summary>
internal enum ColumnKind
{
    /// <summary>A number right before the message: <c>1077804742 1 Component</c>.</summary>
    Number,

    /// <summary><c>[main]</c></summary>
    Group,

    /// <summary><c>Name:</c></summary>
    Colon,

    /// <summary><c>name - </c></summary>
    Dash,

    /// <summary><c>name [</c></summary>
    BeforeGroup,

    /// <summary><c>CBS    </c>: set apart by wide space or a tab.</summary>
    Wide,

    /// <summary><c>org.example.Class.method </c></summary>
    Dotted,

    /// <summary>A level in small letters.</summary>
    LooseLevel,

    /// <summary>A single letter for a level.</summary>
    LetterLevel,

    /// <summary>Words before the level.</summary>
    WordsBeforeLevel,

    /// <summary>A level is the line's last word.</summary>
    LastLevel,

    /// <summary>A host and <c>sshd[4711]:</c> behind a time that does not say that this is syslog.</summary>
    ProcessTag,
}

/// <summary>
/// How often a source's lines have something at each doubtful place, which tells columns from messages: a column is there (nearly) always.
/// Forgets by halving, so that a changed format is learned anew. Bounded by construction; one thread at a time.
/// </summary>
internal sealed class ColumnStats
{
    private const int Kinds = (int)ColumnKind.ProcessTag + 1;
    private const int EnoughLines = 16;
    private const int HalveAt = 4096;

    private readonly int[] _seen = new int[Kinds * Ordinals]; // [kind × ordinal] → lines that have it
    private readonly int[] _timeAt = new int[LongestPrefix + 1]; // [words before the time] → lines
    private readonly int[] _orders = new int[4]; // [DateOrder] → lines that prove it
    private int _lines;
    private int _timed;
    private int _minDelimiters = int.MaxValue;
    private int _delimitedLines;

    /// <summary>Places of one kind that are told apart.</summary>
    public const int Ordinals = 3;

    /// <summary>Words a line may have before its time.</summary>
    public const int LongestPrefix = 12;

    /// <summary>Whether anything is known of the source yet.</summary>
    public bool IsLearned => _timed >= EnoughLines;

    /// <summary>Words before the time in most lines, -1 while unknown.</summary>
    public int TimeAt { get; private set; } = -1;

    public DateOrder Order { get; private set; }

    /// <summary>Columns between pipes (or commas) after the time that every line has; 0 while unknown.</summary>
    public int Delimiters => _delimitedLines >= EnoughLines && _delimitedLines >= _timed - (_timed / 20) ? _minDelimiters : 0;

    /// <summary>True when (nearly) every line has it: it is a column.</summary>
    public bool IsColumn(ColumnKind kind, int ordinal) => IsLearned && Share(kind, ordinal, 90);

    /// <summary>True when many lines lack it: where it is, it belongs to the message.</summary>
    public bool IsMessage(ColumnKind kind, int ordinal, int percent) => IsLearned && !Share(kind, ordinal, percent);

    /// <summary>True when at least so many lines have it.</summary>
    public bool IsOften(ColumnKind kind, int percent) => IsLearned && Share(kind, 0, percent);

    public void Saw(ColumnKind kind, int ordinal)
    {
        if (ordinal < Ordinals)
        {
            _seen[((int)kind * Ordinals) + ordinal]++;
        }
    }

    public void SawDelimiters(int count)
    {
        _minDelimiters = Math.Min(_minDelimiters, count);
        _delimitedLines++;
    }

    /// <summary>A line has a time behind so many words.</summary>
    /// <param name="isTaken">The line was read on from its time.</param>
    public void SawTime(int words, DateOrder proven, bool isTaken)
    {
        _timed += isTaken ? 1 : 0;
        _timeAt[words]++;
        if (proven != DateOrder.Unknown)
        {
            _orders[(int)proven]++;
            Order = (DateOrder)Array.IndexOf(_orders, _orders.Max());
        }
    }

    /// <summary>A line is done.</summary>
    public void EndLine()
    {
        _lines++;
        if ((_lines & (EnoughLines - 1)) == 0)
        {
            var best = Array.IndexOf(_timeAt, _timeAt.Max());
            TimeAt = _timeAt[best] * 2 > _lines ? best : -1;
        }

        if (_lines >= HalveAt)
        {
            Halve();
        }
    }

    public ColumnStats Copy()
    {
        var copy = new ColumnStats { _lines = _lines, _timed = _timed, _minDelimiters = _minDelimiters, _delimitedLines = _delimitedLines, TimeAt = TimeAt, Order = Order };
        _seen.CopyTo(copy._seen, 0);
        _timeAt.CopyTo(copy._timeAt, 0);
        _orders.CopyTo(copy._orders, 0);
        return copy;
    }

    private bool Share(ColumnKind kind, int ordinal, int percent) =>
        ordinal < Ordinals && (long)_seen[((int)kind * Ordinals) + ordinal] * 100 >= (long)_timed * percent;

    private void Halve()
    {
        _lines /= 2;
        _timed /= 2;
        _delimitedLines /= 2;
        foreach (var counts in (Span<int[]>)[_seen, _timeAt, _orders])
        {
            for (var i = 0; i < counts.Length; i++)
            {
                counts[i] /= 2;
            }
        }

        // A later format may have fewer.
        _minDelimiters = _delimitedLines == 0 ? int.MaxValue : _minDelimiters;
    }
}
