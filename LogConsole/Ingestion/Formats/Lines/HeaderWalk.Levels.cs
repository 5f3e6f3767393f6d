namespace LogConsole.Ingestion.Formats.Lines;

// A level as a word or a single letter.
internal ref partial struct HeaderWalk
{
    private bool TryLevel(int start, ReadOnlySpan<byte> word, ref int end, ref LineFields fields)
    {
        // logrus: "INFO[0001] text"
        if (word.IndexOf((byte)'[') is >= 4 and <= 7 and var bracket && LevelToken.OfWord(word[..bracket], false, out _) != 0)
        {
            end = start + bracket;
            word = word[..bracket];
        }

        // Celery: "[2026-11-20 10:15:31,123: ERROR/MainProcess] text"
        if (word.IndexOf((byte)'/') is >= 4 and var slash && slash < word.Length - 1 && LevelToken.OfWord(word[..slash], false, out _) is > 0 and var ofProcess)
        {
            Level(ofProcess, new TextSpan(start, slash), ref fields);
            fields.Thread = new TextSpan(start + slash + 1, word.Length - slash - 1);
            Accept(end);
            return true;
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

        if (!IsLevelOfHeader(end))
        {
            return false;
        }

        Level(number, new TextSpan(start + level.Start, level.Length), ref fields);
        Accept(end);
        return true;
    }

    // Behind words that may be the message a level counts when as many stand there in every line, and never at the line's end: "order placed [INFO]".
    private readonly bool IsLevelOfHeader(int end)
    {
        if (_pending == 0)
        {
            return true;
        }

        if (!HeaderWords.AreIn(_line[end..]))
        {
            return false;
        }

        var words = Math.Min(_pending, ColumnStats.Ordinals) - 1;
        stats.Saw(ColumnKind.WordsBeforeLevel, words);
        return !_pendingIsPlain || stats.IsColumn(ColumnKind.WordsBeforeLevel, words);
    }

    // "1702  2395 D Tag: text", "I NETWORK  [conn1] text", "D/Tag( 1702): text"
    private bool TryLetter(int start, ReadOnlySpan<byte> word, ref int end, ref LineFields fields)
    {
        var number = LevelToken.OfLetter(word[0]);
        if (number == 0)
        {
            // WebSphere has more letters than levels.
            if (word.Length == 1 && LineText.IsUpper(word[0]))
            {
                stats.Saw(ColumnKind.LetterLevel, 0);
                if (stats.IsColumn(ColumnKind.LetterLevel, 0))
                {
                    _hasLevel = true;
                    Accept(end);
                    return true;
                }
            }

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
}
