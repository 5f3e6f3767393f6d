namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>What a key of logfmt means.</summary>
internal enum LogfmtKey
{
    None,
    Time,
    Level,
    Message,
    Service,
    Host,
}

/// <summary>The pairs of a logfmt line, one pass. A word without a value has an empty one; an open quote ends with the line.</summary>
/// <param name="isTabbed">LTSV: pairs have a colon in them and tabs between them, and there are no quotes.</param>
internal ref struct LogfmtPairs(ReadOnlySpan<byte> line, int at, bool isTabbed)
{
    private readonly ReadOnlySpan<byte> _line = line;
    private int _at = at;

    public static LogfmtKey MeaningOf(ReadOnlySpan<byte> key) => key.Length switch
    {
        1 when key[0] == 't' => LogfmtKey.Time,
        2 when key.SequenceEqual("ts"u8) => LogfmtKey.Time,
        3 when key.SequenceEqual("msg"u8) => LogfmtKey.Message,
        3 when key.SequenceEqual("lvl"u8) => LogfmtKey.Level,
        3 when key.SequenceEqual("app"u8) => LogfmtKey.Service,
        4 when key.SequenceEqual("time"u8) => LogfmtKey.Time,
        4 when key.SequenceEqual("host"u8) => LogfmtKey.Host,
        5 when key.SequenceEqual("level"u8) => LogfmtKey.Level,
        5 when key.SequenceEqual("event"u8) => LogfmtKey.Message,
        7 when key.SequenceEqual("message"u8) => LogfmtKey.Message,
        7 when key.SequenceEqual("service"u8) => LogfmtKey.Service,
        8 when key.SequenceEqual("severity"u8) => LogfmtKey.Level,
        9 when key.SequenceEqual("timestamp"u8) => LogfmtKey.Time,
        12 when key.SequenceEqual("service.name"u8) => LogfmtKey.Service,
        _ => LogfmtKey.None,
    };

    /// <summary>The next pair; false at the end of the line.</summary>
    /// <param name="value">Without its quotes.</param>
    public bool TryNext(out TextSpan key, out TextSpan value, out bool isQuoted)
    {
        value = default;
        isQuoted = false;
        if (isTabbed)
        {
            return TryNextTabbed(out key, out value);
        }

        var start = LineText.SkipSpaces(_line, _at);
        var end = start;
        while (end < _line.Length && _line[end] != '=' && !LineText.IsSpace(_line[end]))
        {
            end++;
        }

        key = new TextSpan(start, end - start);
        _at = end;
        if (start >= _line.Length)
        {
            return false;
        }

        if (end < _line.Length && _line[end] == '=')
        {
            value = ReadValue(end + 1, out isQuoted);
        }

        return true;
    }

    private bool TryNextTabbed(out TextSpan key, out TextSpan value)
    {
        var field = _line[_at..];
        field = field[..(field.IndexOf((byte)'\t') is >= 0 and var tab ? tab : field.Length)];
        var colon = field.IndexOf((byte)':') is >= 0 and var found ? found : field.Length;
        key = new TextSpan(_at, colon);
        value = colon == field.Length ? default : new TextSpan(_at + colon + 1, field.Length - colon - 1);
        var isThere = _at < _line.Length;
        _at = Math.Min(_line.Length, _at + field.Length + 1);
        return isThere;
    }

    private TextSpan ReadValue(int start, out bool isQuoted)
    {
        isQuoted = start < _line.Length && _line[start] == '"';
        if (!isQuoted)
        {
            _at = LineText.EndOfWord(_line, start);
            return new TextSpan(start, _at - start);
        }

        start++;
        var end = start;
        while (end < _line.Length && _line[end] != '"')
        {
            end += _line[end] == '\\' ? 2 : 1;
        }

        end = Math.Min(end, _line.Length);
        _at = Math.Min(end + 1, _line.Length);
        return new TextSpan(start, end - start);
    }
}
