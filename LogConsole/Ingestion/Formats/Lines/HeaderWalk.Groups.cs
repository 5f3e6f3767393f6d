namespace LogConsole.Ingestion.Formats.Lines;

// What stands in brackets: a level, a process, a thread or logger, or the beginning of the message.
internal ref partial struct HeaderWalk
{
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
            if (!IsLevelOfHeader(end))
            {
                return false;
            }

            Level(number, new TextSpan(at + 1 + level.Start, level.Length), ref fields);
            if (level.Start > 1 && inside[level.Start - 1] == '/' && fields.Thread.IsEmpty)
            {
                fields.Thread = new TextSpan(at + 1, level.Start - 1);
            }

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
        var isHeader = !LooksLikeMessage(inside)
            && (stats.IsColumn(ColumnKind.Group, _groups) || (_line[at] == '[' && !stats.IsMessage(ColumnKind.Group, _groups, 90)));
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

    // "[client 10.0.0.1]", "[instance: 7]", "[KafkaServer id=0]": what a message starts with, not a thread, even when every line has it.
    private static bool LooksLikeMessage(ReadOnlySpan<byte> inside)
    {
        var space = inside.IndexOf((byte)' ');
        return space > 0 && (inside[..space] is [.., (byte)':'] || inside[space..].Contains((byte)'=') || inside.StartsWith("client "u8));
    }
}
