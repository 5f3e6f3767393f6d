namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>The part of a header behind its time, walked element by element up to the message. At most <see cref="MostElements"/> of them.</summary>
internal ref struct HeaderWalk(ReadOnlySpan<byte> line, ColumnStats stats, bool isBracketOpen, bool hasLevel, bool hasRedisRole)
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

        return _accepted;
    }

    /// <summary>Has something no word of a sentence has: a digit, a sign within, capitals only.</summary>
    public static bool IsColumnLike(ReadOnlySpan<byte> token)
    {
        var upper = 0;
        for (var i = 0; i < token.Length; i++)
        {
            var value = token[i];
            if (LineText.IsDigit(value) || value is (byte)'_' or (byte)'/' or (byte)'@' or (byte)'[' or (byte)'=' or (byte)'|' or (byte)'$' or (byte)'#'
                || (value is (byte)'-' or (byte)'.' or (byte)':' && (i < token.Length - 1 || token.Length == 1)))
            {
                return true;
            }

            upper += LineText.IsUpper(value) ? 1 : 0;
        }

        return upper == token.Length;
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

    private bool TryGroup(ref int at, ref LineFields fields)
    {
        if (_isClosed)
        {
            return false;
        }

        var end = EndOfGroup(at);
        if (end < 0)
        {
            return false;
        }

        var inside = _line[(at + 1)..(end - 1)];
        if (!_hasLevel && LevelToken.OfGroup(inside, out var level) is > 0 and var number && _line[at] != '(')
        {
            Level(number, new TextSpan(at + 1 + level.Start, level.Length), ref fields);
            Accept(at = end);
            return true;
        }

        if (_line[at] == '<' || (_pending > 0 && _pendingIsPlain))
        {
            return false;
        }

        if (LineText.AreDigits(inside) || inside.StartsWith("pid "u8))
        {
            fields.ProcessId = fields.ProcessId.IsEmpty ? new TextSpan(at + 1, inside.Length) : fields.ProcessId;
            at = end + (end < _line.Length && _line[end] == ':' ? 1 : 0);
            AcceptUnlessPending(at);
            return true;
        }

        stats.Saw(ColumnKind.Group, _groups);
        var isHeader = stats.IsColumn(ColumnKind.Group, _groups)
            || (_line[at] == '[' && !stats.IsMessage(ColumnKind.Group, _groups, 90) && !LooksLikeMessage(inside));
        _groups++;
        if (!isHeader)
        {
            return false;
        }

        var name = LineText.Rest(_line[..(end - 1)], at + 1);
        if (fields.Thread.IsEmpty && !(LooksLikeName(name.Of(_line)) && fields.Logger.IsEmpty))
        {
            fields.Thread = name;
        }
        else if (fields.Logger.IsEmpty)
        {
            fields.Logger = name;
        }
        else
        {
            fields.HasOtherColumns = true;
        }

        at = end + (end < _line.Length && _line[end] == ':' ? 1 : 0);
        _isNamed = true;
        AcceptUnlessPending(at);
        return true;
    }

    private bool TryWord(ref int at, ref LineFields fields)
    {
        var start = at;
        var end = LineText.EndOfWord(_line, start);
        if (_isBracketOpen && _line[start..end].IndexOf((byte)']') is > 0 and var bracket)
        {
            end = start + bracket;
        }

        if (_isClosed)
        {
            return false;
        }

        var word = _line[start..end];
        if (_isBracketOpen && word[0] == '#' && LineText.AreDigits(word[1..]))
        {
            fields.ProcessId = new TextSpan(start + 1, word.Length - 1);
            Accept(at = end);
            return true;
        }

        if (!_hasLevel && TryLevel(start, word, ref end, ref fields))
        {
            at = end;
            return true;
        }

        if (IsNumber(word))
        {
            return TakeNumber(ref at, end, ref fields);
        }

        if (_pendingWords == 0 || (_pendingWords == 1 && !_pendingIsPlain))
        {
            if (word[^1] == ':' && word.Length > 1)
            {
                TakeTag(start, end, ref fields);
                return false;
            }

            if (_pendingWords == 0 && TryName(start, ref end, ref fields))
            {
                at = end;
                return true;
            }
        }

        if (_hasLevel || ++_pending > MostPending)
        {
            return false;
        }

        _pendingWords++;
        _pendingIsPlain |= !IsColumnLike(word);
        _wasSeparator = false;
        at = end;
        return true;
    }

    private bool TryLevel(int start, ReadOnlySpan<byte> word, ref int end, ref LineFields fields)
    {
        // logrus: "INFO[0001] text"
        if (word.IndexOf((byte)'[') is >= 4 and <= 7 and var bracket && LevelToken.OfWord(word[..bracket], false, out _) != 0)
        {
            end = start + bracket;
            word = word[..bracket];
        }

        if (word.Length == 1 || (word.Length > 3 && word[1] == '/' && _pending == 0))
        {
            return TryLetter(start, word, ref end, ref fields);
        }

        var number = LevelToken.OfWord(word, isLoose: false, out var level);
        if (number == 0 && _pending == 0 && (number = LevelToken.OfWord(word, isLoose: true, out level)) != 0)
        {
            stats.Saw(ColumnKind.LooseLevel, 0);
            number = stats.IsColumn(ColumnKind.LooseLevel, 0) || IsWide(end) || (start >= 2 && _line[start - 2] == ',') ? number : (byte)0;
        }

        if (number == 0)
        {
            return false;
        }

        if (_pending > 0)
        {
            stats.Saw(ColumnKind.WordsBeforeLevel, 0);
            if (_pendingIsPlain && !stats.IsColumn(ColumnKind.WordsBeforeLevel, 0))
            {
                return false;
            }
        }

        fields.HasOtherColumns |= _pending > 0;
        Level(number, new TextSpan(start + level.Start, level.Length), ref fields);
        Accept(end);
        return true;
    }

    // "1702  2395 D Tag: text", "I NETWORK  [conn1] text", "D/Tag( 1702): text"
    private bool TryLetter(int start, ReadOnlySpan<byte> word, ref int end, ref LineFields fields)
    {
        var number = LevelToken.OfLetter(word[0]);
        if (number == 0)
        {
            return false;
        }

        if (word.Length > 1)
        {
            Level(number, new TextSpan(start, 1), ref fields);
            Accept(end = start + 2);
            return TryLogcatTag(ref end, ref fields);
        }
        else
        {
            var next = LineText.SkipSpaces(_line, end);
            var nextEnd = LineText.EndOfWord(_line, next);
            stats.Saw(ColumnKind.LetterLevel, 0);
            var isSure = (_numbers > 0 && !_pendingIsPlain) || (nextEnd > next && _line[nextEnd - 1] == ':')
                || (LineText.SkipSpaces(_line, nextEnd) is var group && group < _line.Length && _line[group] == '[');
            if (!isSure && !stats.IsColumn(ColumnKind.LetterLevel, 0))
            {
                return false;
            }
        }

        Level(number, new TextSpan(start, 1), ref fields);
        Accept(end);
        return true;
    }

    // "Shop( 1702): text"
    private bool TryLogcatTag(ref int end, ref LineFields fields)
    {
        var tag = _line[end..];
        if (tag.IndexOf((byte)'(') is var open && open > 0 && tag.IndexOf("):"u8) is var close && close > open && LineText.Rest(tag[..close], open + 1) is var process && LineText.AreDigits(process.Of(tag)))
        {
            Name(end, open, ref fields);
            fields.ProcessId = new TextSpan(end + process.Start, process.Length);
            Accept(end += close + 2);
            _isClosed = true;
        }

        return true;
    }

    private bool TakeNumber(ref int at, int end, ref LineFields fields)
    {
        if (fields.ProcessId.IsEmpty)
        {
            fields.ProcessId = new TextSpan(at, LineText.CountDigits(_line[at..end]));
        }

        var isDone = _line[end - 1] == ':';
        if (_pending == 0)
        {
            stats.Saw(ColumnKind.Number, _numbers);
            var isColumn = stats.IsColumn(ColumnKind.Number, _numbers) || isDone;
            if (isColumn && LineText.SkipSpaces(_line, end) < _line.Length)
            {
                _numbers++;
                Accept(at = end);
                return true;
            }
        }

        // After the level a number counts only when more header follows: "INFO 4711 --- [main] c.e.App : text".
        var next = LineText.SkipSpaces(_line, end);
        if (_hasLevel && !(next < _line.Length && (_line[next] == '[' || SeparatorAt(next) > 0)))
        {
            return false;
        }

        _numbers++;
        if (++_pending > MostPending)
        {
            return false;
        }

        if (_hasLevel)
        {
            Accept(end);
        }

        at = end;
        return true;
    }

    // "executor.Backend: text". The last element of a header.
    private void TakeTag(int start, int end, ref LineFields fields)
    {
        var word = _line[start..(end - 1)];
        if (LevelToken.OfMnemonic(word) is > 0 and var severity)
        {
            fields.SeverityNumber = _hasLevel ? fields.SeverityNumber : severity;
            fields.Logger = new TextSpan(start, word.Length);
            Accept(end);
            return;
        }

        stats.Saw(ColumnKind.Colon, 0);
        if (stats.IsColumn(ColumnKind.Colon, 0) || (!stats.IsMessage(ColumnKind.Colon, 0, 50) && LooksLikeName(word)))
        {
            Name(start, word.Length, ref fields);
            Accept(end);
        }
    }

    private bool TryName(int start, ref int end, ref LineFields fields)
    {
        var length = end - start;
        var word = _line.Slice(start, length);
        var next = LineText.SkipSpaces(_line, end);
        if (next >= _line.Length)
        {
            return false;
        }

        if (SeparatorAt(next) is > 0 and var separator && _line[next] is (byte)'-' or (byte)':' or (byte)'|' or (byte)'>')
        {
            stats.Saw(ColumnKind.Dash, 0);
            if (stats.IsColumn(ColumnKind.Dash, 0) || (!stats.IsMessage(ColumnKind.Dash, 0, 50) && (_wasSeparator || LooksLikeName(word))))
            {
                Name(start, length, ref fields);
                Accept(end = next + separator);
                _isClosed = _hasLevel;
                _wasSeparator = true;
                return true;
            }
        }
        else if (_line[next] == '[')
        {
            stats.Saw(ColumnKind.BeforeGroup, 0);
            if (_hasLevel && (stats.IsColumn(ColumnKind.BeforeGroup, 0) || (!stats.IsMessage(ColumnKind.BeforeGroup, 0, 50) && (IsUpper(word) || LooksLikeName(word)))))
            {
                Name(start, length, ref fields);
                Accept(end);
                return true;
            }
        }
        else if (IsWide(end) && _hasLevel && fields.Logger.IsEmpty)
        {
            stats.Saw(ColumnKind.Wide, 0);
            if (stats.IsColumn(ColumnKind.Wide, 0) || (_line[end] == '\t' && LooksLikeName(word)))
            {
                Name(start, length, ref fields);
                Accept(end);
                return true;
            }
        }
        else if (_line[next] == '*' && LineText.EndOfWord(_line, next) is var second && LineText.SkipSpaces(_line, second) is var dash
            && SeparatorAt(dash) is > 0 and var dashLength)
        {
            // "browser.exe *64 - text"
            stats.Saw(ColumnKind.Dash, 0);
            if (stats.IsColumn(ColumnKind.Dash, 0) || LooksLikeName(word))
            {
                Name(start, second - start, ref fields);
                Accept(end = dash + dashLength);
                _isClosed = _hasLevel;
                return true;
            }
        }
        else if (_hasLevel && word.Count((byte)'.') >= 2 && LooksLikeName(word))
        {
            stats.Saw(ColumnKind.Dotted, 0);
            if (stats.IsColumn(ColumnKind.Dotted, 0))
            {
                Name(start, length, ref fields);
                Accept(end);
                _isClosed = true;
                return true;
            }
        }

        return false;
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

    private readonly int EndOfGroup(int at)
    {
        var open = _line[at];
        var close = open switch { (byte)'[' => (byte)']', (byte)'(' => (byte)')', _ => (byte)'>' };
        var depth = 0;
        for (var i = at; i < _line.Length && i - at < LongestGroup; i++)
        {
            depth += _line[i] == open ? 1 : _line[i] == close ? -1 : 0;
            if (depth == 0)
            {
                return i + 1;
            }
        }

        return -1;
    }

    private readonly bool IsWide(int end) =>
        end < _line.Length && (_line[end] == '\t' || (end + 1 < _line.Length && _line[end] == ' ' && LineText.IsSpace(_line[end + 1])));

    // 4711, 4711#4711:, 4711:
    private static bool IsNumber(ReadOnlySpan<byte> word)
    {
        if (!LineText.IsDigit(word[0]))
        {
            return false;
        }

        for (var i = 1; i < word.Length; i++)
        {
            if (!LineText.IsDigit(word[i]) && !(word[i] == '#' && i < word.Length - 1) && !(word[i] == ':' && i == word.Length - 1))
            {
                return false;
            }
        }

        return true;
    }

    // "[client 10.0.0.1]", "[instance: 7]", "[KafkaServer id=0]": what a message starts with, not a thread.
    private static bool LooksLikeMessage(ReadOnlySpan<byte> inside)
    {
        var space = inside.IndexOf((byte)' ');
        return space > 0 && (inside[..space] is [.., (byte)':'] || inside[space..].Contains((byte)'=') || inside.StartsWith("client "u8));
    }

    // Qualified or camel-cased, as names of classes and processes are and words of a message are not.
    private static bool LooksLikeName(ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty || (!LineText.IsLetter(word[0]) && word[0] is not ((byte)'_' or (byte)'$')))
        {
            return false;
        }

        for (var i = 1; i < word.Length; i++)
        {
            if ((LineText.IsUpper(word[i]) && LineText.IsLower(word[i - 1])) || (word[i] is (byte)'.' or (byte)'$' or (byte)'[' && i < word.Length - 1))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUpper(ReadOnlySpan<byte> word) => !word.ContainsAnyExceptInRange((byte)'A', (byte)'Z');
}
