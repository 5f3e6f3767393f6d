using System.Text;

namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>The part of a header up to its time, and a second way of writing the same time where there is one.</summary>
internal ref struct HeaderHead(ReadOnlySpan<byte> line, ColumnStats stats)
{
    private const long MicrosPerQuarter = 900_000_000;
    private const long MicrosPerSecond = 1_000_000;

    // "####<Nov 20, 2026 10:15:30 AM UTC>"
    private const int MostMarks = 4;

    // Signs between a time of day and its date.
    private const int MostBetween = 3;

    private TextSpan _date; // a date that has no time of day yet

    /// <summary>As much of the line as a header may take.</summary>
    public readonly ReadOnlySpan<byte> Line = line;

    /// <summary>Words before the time.</summary>
    public int Words;

    /// <summary>The time stands in a bracket that is still open: <c>[10:15:30 INF]</c>.</summary>
    public bool IsBracketOpen;

    public bool HasLevel;

    /// <summary>A word before the time says that this is one: <c># Time: 2026-11-20T10:15:30Z</c>.</summary>
    public bool IsLabelled;

    /// <summary><c>4711:M</c> stands before the time.</summary>
    public bool HasRedisRole;

    /// <summary>Finds the time; false when there is none that belongs to a header.</summary>
    /// <param name="after">Where the line goes on.</param>
    public bool TryFindTime(int start, TimeRules rules, ref LineFields fields, out TimeMatch time, out int after)
    {
        time = default;
        after = 0;
        var at = LineText.SkipSpaces(Line, start);
        var isPlain = false;
        for (Words = 0; Words <= ColumnStats.LongestPrefix && at < Line.Length; Words++)
        {
            var open = at;
            while (Words == 0 && open < Line.Length && open < at + MostMarks && Line[open] == '#')
            {
                open++;
            }

            var bracket = open;
            while (open < Line.Length && open < bracket + 2 && Line[open] is (byte)'[' or (byte)'(' or (byte)'"' or (byte)'\'' or (byte)'|' or (byte)'<' or (byte)'*')
            {
                open++;
            }

            if (TimeReader.TryRead(Line[open..], rules, stats.Order, out time))
            {
                var text = new TextSpan(open, time.Length);
                after = Close(text.End, bracket == open ? (byte)0 : Line[bracket]);
                after = time.Form == TimeForm.ClockOnly ? WithDate(text, after, rules, ref time, ref fields) : after;
                if (time.Form == TimeForm.ClockOnly && Words > 0 && stats.TimeAt != Words && !(Words == 1 && HasLevel))
                {
                    IsBracketOpen = false;
                    at = Next(at, rules, ref isPlain, ref fields);
                    continue;
                }

                var isTaken = !isPlain || stats.TimeAt == Words || IsRequest(at, after);
                stats.SawTime(Words, time.ProvenOrder, isTaken);
                if (!isTaken)
                {
                    return false;
                }

                after = Merge(after, rules, ref time, ref fields);
                fields.Take(ref time, text);
                return true;
            }

            at = Next(at, rules, ref isPlain, ref fields);
        }

        return false;
    }

    // Behind a word that is no time.
    private int Next(int at, TimeRules rules, ref bool isPlain, ref LineFields fields)
    {
        var end = EndOfToken(at);
        var word = new TextSpan(at, Line[at..end].TrimEnd(",;|"u8).Length);
        if (_date.IsEmpty && TimeReader.IsDate(word.Of(Line), rules, stats.Order))
        {
            _date = word;
        }
        else
        {
            isPlain |= !Note(at, end, ref fields);
        }

        return LineText.SkipSpaces(Line, end);
    }

    // The date of a time of day: what stands behind it, "(10:15:30) 20-Nov-2026", or stood before, "2026-11-20 ERROR 10:15:30".
    private readonly int WithDate(TextSpan clock, int after, TimeRules rules, ref TimeMatch time, ref LineFields fields)
    {
        var at = after;
        while (at < Line.Length && at < after + MostBetween && Line[at] is (byte)' ' or (byte)'\t' or (byte)',' or (byte)';' or (byte)'|' or (byte)'-' or (byte)'/')
        {
            at++;
        }

        var open = at < Line.Length && at > after && Line[at] is (byte)'[' or (byte)'(' or (byte)'<' or (byte)'"' ? Line[at] : (byte)0;
        at += open == 0 ? 0 : 1;
        if (at > after && at < Line.Length && TimeReader.TryDateBehind(Line[at..], clock.Of(Line), rules, stats.Order, out var dated, out var length))
        {
            time = dated;
            fields.ClockAgain = new TextSpan(at, length);
            at += length;
            return open != 0 && at < Line.Length && Line[at] is (byte)']' or (byte)')' or (byte)'>' or (byte)'"' ? at + 1 : at;
        }

        if (TimeReader.TryJoin(_date.Of(Line), clock.Of(Line), rules, stats.Order, out dated))
        {
            time = dated;
            fields.ClockAgain = _date;
        }

        return after;
    }

    // "10.0.0.1 - frank [20/Nov/2026:10:15:30 +0100] "GET …": web servers.
    private readonly bool IsRequest(int at, int after) =>
        Line[at] == '[' && !IsBracketOpen && after + 1 < Line.Length && Line[after] == ' ' && Line[after + 1] == '"';

    // Behind the closing partner of the bracket or quote the time stands in.
    private int Close(int at, byte opened)
    {
        if (opened is not ((byte)'[' or (byte)'(' or (byte)'"' or (byte)'\'' or (byte)'<'))
        {
            return at;
        }

        if (at < Line.Length && Line[at] is (byte)']' or (byte)')' or (byte)'"' or (byte)'\'' or (byte)'>')
        {
            return at + 1;
        }

        IsBracketOpen = opened == '[';
        return at;
    }

    // "1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.675872" says one moment twice: Unix time knows the zone, the other the fraction.
    private readonly int Merge(int after, TimeRules rules, ref TimeMatch time, ref LineFields fields)
    {
        var at = LineText.SkipSpaces(Line, after);
        if (time.Form != TimeForm.Epoch && (at >= Line.Length || !LineText.IsDigit(Line[at])))
        {
            return after;
        }

        for (var words = 0; words < 3 && at < Line.Length; words++)
        {
            if (TimeReader.TryRead(Line[at..], rules, stats.Order, out var second) && IsSame(time.Time, InYearOf(ref time, ref second)))
            {
                second.Time = InYearOf(ref time, ref second);
                var seconds = time.Time.UnixMicroseconds - Math.Abs(time.Time.UnixMicroseconds % MicrosPerSecond);
                if (time.Form != TimeForm.Epoch)
                {
                    second.Time = second.ZoneAssumed && !time.ZoneAssumed ? time.Time : second.Time;
                    second.ZoneAssumed &= time.ZoneAssumed;
                    time = second;
                }
                else
                {
                    time.Time = time.FractionDigits == 0 ? new LogTimestamp(seconds + (second.Time.UnixMicroseconds % MicrosPerSecond), second.Time.Nanoseconds) : time.Time;
                    time.FractionDigits = Math.Max(time.FractionDigits, second.FractionDigits);
                    time.Form = second.Form;
                }

                fields.ClockAgain = new TextSpan(at, second.Length);
                return at + second.Length;
            }

            if (Line[at] is (byte)'[' or (byte)'"')
            {
                break;
            }

            at = LineText.SkipSpaces(Line, LineText.EndOfWord(Line, at));
        }

        return after;
    }

    private static LogTimestamp InYearOf(ref readonly TimeMatch first, ref readonly TimeMatch second)
    {
        if (!second.YearAssumed)
        {
            return second.Time;
        }

        // Leaves the 29th of February to years that have it.
        var date = second.Time.ToDateTimeOffset();
        var moved = date.AddYears(first.Time.ToDateTimeOffset().Year - date.Year);
        return new LogTimestamp(LogTimestamp.From(moved).UnixMicroseconds, second.Time.Nanoseconds);
    }

    // The same up to the zone, which is a multiple of a quarter of an hour.
    private static bool IsSame(LogTimestamp one, LogTimestamp other)
    {
        var distance = Math.Abs(one.UnixMicroseconds - other.UnixMicroseconds);
        var rest = distance % MicrosPerQuarter;
        return distance < 15 * 4 * MicrosPerQuarter && (rest < MicrosPerSecond || rest > MicrosPerQuarter - MicrosPerSecond);
    }

    private readonly int EndOfToken(int at)
    {
        if (Line[at] == '[' && Line[at..].IndexOf((byte)']') is > 0 and < 64 and var close)
        {
            return at + close + 1;
        }

        var end = LineText.EndOfWord(Line, at);

        // "ERROR:2026-11-20 10:15:30,123:text"
        return Line[at..end].IndexOf((byte)':') is > 2 and var colon && at + colon + 1 < end && LineText.IsDigit(Line[at + colon + 1])
            && LevelToken.OfWord(Line[at..(at + colon + 1)], isLoose: false, out _) != 0 ? at + colon + 1 : end;
    }

    // False for a word that could be of a message.
    private bool Note(int at, int end, ref LineFields fields)
    {
        var token = Line[at..end];
        if (!HasLevel)
        {
            var span = default(TextSpan);
            var isGroup = token is [(byte)'[', .., (byte)']'];
            var number = isGroup ? LevelToken.OfGroup(token[1..^1], out span)
                : token.Length == 2 && token[1] == ',' ? LevelToken.OfLetter(token[0])
                : LevelToken.OfWord(token, isLoose: at == 0, out span);
            if (number != 0)
            {
                // The word may follow the letter: "I, [2026-11-20T10:15:30 #4711]  INFO -- : text".
                HasLevel = token.Length > 2;
                fields.SeverityNumber = number;
                fields.Level = span.IsEmpty ? new TextSpan(at, 1) : new TextSpan(at + span.Start + (isGroup ? 1 : 0), span.Length);
                return true;
            }

            if (isGroup && token.Length > 2)
            {
                fields.Thread = new TextSpan(at + 1, token.Length - 2);
                return true;
            }
        }

        if (token.Length > 2 && token[^2] == ':' && LineText.IsUpper(token[^1]) && LineText.AreDigits(token[..^2]))
        {
            HasRedisRole = true;
            fields.ProcessId = new TextSpan(at, token.Length - 2);
        }

        fields.HasOtherColumns = true;
        IsLabelled |= IsTimeLabel(token);
        return IsLabelled || HeaderWalk.IsColumnLike(token);
    }

    private static bool IsTimeLabel(ReadOnlySpan<byte> token) => token.Length switch
    {
        5 => Ascii.EqualsIgnoreCase(token, "time:"u8) || Ascii.EqualsIgnoreCase(token, "date:"u8),
        10 => Ascii.EqualsIgnoreCase(token, "timestamp:"u8),
        _ => false,
    };
}
