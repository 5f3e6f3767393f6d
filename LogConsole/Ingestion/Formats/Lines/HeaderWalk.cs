namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>The part of a header behind its time, walked element by element up to the message. At most <see cref="MostElements"/> of them.</summary>
internal ref partial struct HeaderWalk(ReadOnlySpan<byte> line, ColumnStats stats, bool isBracketOpen, bool hasLevel, bool hasRedisRole)
{
    private const int MostElements = 16;
    private const int MostPending = 4;
    private const int LongestGroup = 256;

    private readonly ReadOnlySpan<byte> _line = line;
    private bool _isBracketOpen = isBracketOpen;
    private bool _hasLevel = hasLevel;
    private bool _isNamed; // a group or a name has been taken
    private bool _isClosed; // a separator came after it
    private int _accepted; // up to here it is header
    private int _pending; // words since then
    private int _pendingWords; // those of them that are no numbers
    private bool _pendingIsPlain;
    private bool _wasSeparator;
    private int _groups;
    private int _numbers;

    /// <summary>Where the message begins.</summary>
    public int ToMessage(int at, ref LineFields fields)
    {
        _accepted = at;
        var pipe = LineText.SkipSpaces(_line, at);
        if (pipe < _line.Length && _line[pipe] == '|')
        {
            at = Columns(pipe + 1, (byte)'|', ref fields);
        }
        else if (at + 1 < _line.Length && _line[at] is (byte)',' or (byte)';' && !LineText.IsSpace(_line[at + 1]))
        {
            at = Columns(at + 1, _line[at], ref fields);
        }
        else if (at < _line.Length && _line[at] == ':')
        {
            Accept(++at);
        }

        for (var elements = 0; elements < MostElements; elements++)
        {
            at = LineText.SkipSpaces(_line, at);
            if (_isBracketOpen && at < _line.Length && _line[at] == ']')
            {
                _isBracketOpen = false;
                Accept(++at);
                continue;
            }

            if (at >= _line.Length || !TryElement(ref at, ref fields))
            {
                break;
            }
        }

        LeaveToMessage(ref fields);
        return _accepted;
    }

    // What looked like a field of the header, before it showed that it stands in the message: "order took 900 ms".
    private readonly void LeaveToMessage(ref LineFields fields)
    {
        fields.ProcessId = fields.ProcessId.Start < _accepted ? fields.ProcessId : default;
        fields.Thread = fields.Thread.Start < _accepted ? fields.Thread : default;
        fields.Logger = fields.Logger.Start < _accepted ? fields.Logger : default;
    }

    // False when the message has begun.
    private bool TryElement(ref int at, ref LineFields fields)
    {
        var first = _line[at];
        if (SeparatorAt(at) is > 0 and var separator)
        {
            return TrySeparator(ref at, separator, ref fields);
        }

        return first switch
        {
            (byte)'[' or (byte)'(' or (byte)'<' => TryGroup(ref at, ref fields),
            (byte)'"' or (byte)'{' => false,
            _ => TryWord(ref at, ref fields),
        };
    }

    private bool TrySeparator(ref int at, int length, ref LineFields fields)
    {
        // Redis: "10:15:30.123 * Ready"
        if (hasRedisRole && !_hasLevel && length == 1 && _line[at] is (byte)'*' or (byte)'#' or (byte)'-' or (byte)'.')
        {
            _hasLevel = true;
            fields.SeverityNumber = _line[at] switch
            {
                (byte)'.' => SeverityNumber.Debug,
                (byte)'-' => SeverityNumber.Debug + 1,
                (byte)'#' => SeverityNumber.Warn,
                _ => SeverityNumber.Info + 1,
            };
            Accept(at + 1);
            return false;
        }

        if (_line[at] is (byte)'*' or (byte)'#' or (byte)'.' || _pending > 0 || _isClosed)
        {
            return false;
        }

        at += length;
        _isClosed = _hasLevel && _isNamed;
        Accept(at);
        _wasSeparator = true;
        return true;
    }

    // "|INFO|Shop.Orders|text": as many columns as every line has, or those that are one word.
    private int Columns(int at, byte delimiter, ref LineFields fields)
    {
        stats.SawDelimiters(_line[at..].Count(delimiter));
        var columns = stats.Delimiters;
        for (var column = 0; columns == 0 || column < columns; column++)
        {
            var length = _line[at..].IndexOf(delimiter);
            if (length < 0)
            {
                break;
            }

            var inside = LineText.Rest(_line[..(at + length)], at);
            var word = inside.Of(_line);
            if (columns == 0 && (word.Length > 64 || word.ContainsAny((byte)' ', (byte)'\t')))
            {
                break;
            }

            if (!_hasLevel && LevelToken.OfWord(word, isLoose: true, out _) is > 0 and var number)
            {
                Level(number, inside, ref fields);
            }
            else if (LineText.AreDigits(word))
            {
                fields.ProcessId = fields.ProcessId.IsEmpty ? inside : fields.ProcessId;
            }
            else if (!word.IsEmpty)
            {
                fields.Logger = inside;
                _isClosed = true;
            }

            at += length + 1;
        }

        Accept(at);
        return at;
    }

    private void Level(byte number, TextSpan level, ref LineFields fields)
    {
        _hasLevel = true;
        fields.SeverityNumber = number;
        fields.Level = level;
    }

    private void Name(int start, int length, ref LineFields fields)
    {
        fields.Logger = new TextSpan(start, length);
        _isNamed = true;
    }

    private void Accept(int end)
    {
        _accepted = end;
        _pending = 0;
        _pendingWords = 0;
        _pendingIsPlain = false;
        _wasSeparator = false;
    }

    private void AcceptUnlessPending(int end)
    {
        if (_pending == 0 || !_pendingIsPlain)
        {
            Accept(end);
        }
    }

    // "-", "---", "|", ":", ">" and "=>" standing alone; Redis' marks too.
    private readonly int SeparatorAt(int at)
    {
        var end = at;
        while (end < _line.Length && end < at + 4 && _line[end] is (byte)'-' or (byte)'|' or (byte)':' or (byte)'>' or (byte)'=' or (byte)'*' or (byte)'#' or (byte)'.' or (byte)',' or (byte)';')
        {
            end++;
        }

        return end > at && end < at + 4 && (end == _line.Length || LineText.IsSpace(_line[end])) ? end - at : 0;
    }
}
