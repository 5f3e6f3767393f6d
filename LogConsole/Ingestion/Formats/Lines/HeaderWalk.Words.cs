namespace LogConsole.Ingestion.Formats.Lines;

// Words and numbers, which may be header or the first of the message.
internal ref partial struct HeaderWalk
{
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

        // However many pairs there are, they are columns when a level follows: "pid=7 tid=abc class=Mailer jid=1 elapsed=0.1 INFO: done".
        if (_hasLevel || (++_pending > MostPending && !(word.IndexOf((byte)'=') > 0 && !_pendingIsPlain)))
        {
            return false;
        }

        _pendingWords++;
        _pendingIsPlain |= !IsColumnLike(word);
        _wasSeparator = false;
        at = end;
        return true;
    }

    private bool TakeNumber(ref int at, int end, ref LineFields fields)
    {
        if (fields.ProcessId.IsEmpty)
        {
            var digits = LineText.CountDigits(_line[at..end]);
            fields.ProcessId = new TextSpan(at, digits);
            if (end - at > digits + 1 && fields.Thread.IsEmpty)
            {
                fields.Thread = new TextSpan(at + digits + 1, LineText.CountDigits(_line[(at + digits + 1)..end]));
            }
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
}
