namespace LogConsole.Ingestion.Formats.Lines;

// Loggers and components: a name before a colon, a dash, a group or a wide gap.
internal ref partial struct HeaderWalk
{
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

        // Monolog: "production.ERROR: text"
        if (!_hasLevel && word.LastIndexOf((byte)'.') is > 0 and var dot && LevelToken.OfWord(word[(dot + 1)..], isLoose: false, out var level) is > 0 and var number)
        {
            Name(start, dot, ref fields);
            Level(number, new TextSpan(start + dot + 1, level.Length), ref fields);
            Accept(end);
            return;
        }

        // PostgreSQL: "[4711] app@shop STATEMENT:  select 1" has a word of the message where other lines have a level.
        if (_pendingWords == 1 && !fields.ProcessId.IsEmpty && IsUpper(word))
        {
            fields.HasOtherColumns = true;
            Accept(start);
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

    private readonly bool IsWide(int end) =>
        end < _line.Length && (_line[end] == '\t' || (end + 1 < _line.Length && _line[end] == ' ' && LineText.IsSpace(_line[end + 1])));

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
