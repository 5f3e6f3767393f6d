using System.Numerics;

namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// Lines of separated values, with quotes where a value holds the separator: <c>"2026-11-20 10:15:30","ERROR","shop","no stock, again"</c>,
/// <c>7;2026-11-20 10:15:30;ERROR;shop;no stock</c>, the csvlog of PostgreSQL. Which column is the message is learned from what the source's columns hold:
/// the first behind the level that always has words, and many different ones. In doubt the whole line is the message.
/// </summary>
internal sealed class CsvColumns
{
    private const int MostColumns = 32;
    private const int EnoughLines = 16;
    private const int HalveAt = 4096;

    // Where so few columns are, the last is the message and the one before it may be a name.
    private const int FewColumns = 8;

    // Columns of fewer different texts than this, where another has more, name something.
    private const int ManyKinds = 3;

    // Percent of lines.
    private const int Always = 95;
    private const int Often = 30;

    private readonly Column[] _columns = new Column[MostColumns];
    private readonly TextSpan[] _values = new TextSpan[MostColumns];
    private int _lines;

    /// <summary>Another one that knows the same.</summary>
    public CsvColumns Copy()
    {
        var copy = new CsvColumns { _lines = _lines };
        _columns.CopyTo(copy._columns, 0);
        return copy;
    }

    /// <summary>Reads a line that has a time and a level in columns of their own, or a time and quoted columns; false for others.</summary>
    public bool TryRead(ReadOnlySpan<byte> line, int start, TimeRules rules, DateOrder order, ref LineFields fields)
    {
        line = line[..LineText.Rest(line, start).End];
        var separator = SeparatorOf(line, start, out var isQuoted);
        if (separator == 0)
        {
            return false;
        }

        var count = Split(line, start, separator, ref isQuoted);
        var time = count < 3 ? -1 : TimeColumn(line, count, rules, order, ref fields);
        if (time < 0)
        {
            return false;
        }

        var level = LevelColumn(line, count, time, ref fields);
        if ((level < 0 && !isQuoted) || (time == 0 && !isQuoted))
        {
            // Lines that begin with their time are headers, whatever separates their columns.
            fields = default;
            return false;
        }

        Learn(line, count);
        var message = MessageColumn(line, count, Math.Max(level, time));
        fields.Body = message < 0 ? LineText.Rest(line, start) : _values[message];
        if (message < 0)
        {
            fields.Start = start;
            return true;
        }

        fields.BodyHasDoubledQuotes = fields.Body.Of(line).IndexOf("\"\""u8) >= 0;
        for (var column = message - 1; column >= 0 && count <= FewColumns && fields.Logger.IsEmpty; column--)
        {
            if (column != time && column != level && IsName(_values[column].Of(line)) && _values[column] != fields.ClockAgain)
            {
                fields.Logger = _values[column];
            }
        }

        return true;
    }

    // What follows the first value; 0 when this cannot be such a line.
    private static byte SeparatorOf(ReadOnlySpan<byte> line, int start, out bool isQuoted)
    {
        isQuoted = start < line.Length && line[start] == '"';
        int at;
        if (isQuoted)
        {
            at = EndOfQuoted(line, start);
        }
        else
        {
            var next = line[start..Math.Min(line.Length, start + 64)].IndexOfAny((byte)',', (byte)';');
            at = next < 0 ? line.Length : start + next;
            if (LineText.IsDigit(line[start]) && line[start..at].Contains((byte)':') && line[at..].IndexOf((byte)'"') < 0)
            {
                // Begins with its time, and nothing is quoted: a header.
                return 0;
            }
        }

        // "2026-11-20 10:15:30,123": the comma may be the second's.
        return at + 1 < line.Length && line[at] is (byte)',' or (byte)';' or (byte)'\t' or (byte)'|' && !LineText.IsSpace(line[at + 1]) ? line[at] : (byte)0;
    }

    // Behind the closing quote.
    private static int EndOfQuoted(ReadOnlySpan<byte> line, int open)
    {
        for (var at = open + 1; at < line.Length; at++)
        {
            if (line[at] == '"')
            {
                if (at + 1 >= line.Length || line[at + 1] != '"')
                {
                    return at + 1;
                }

                at++;
            }
        }

        return line.Length;
    }

    private int Split(ReadOnlySpan<byte> line, int start, byte separator, ref bool isQuoted)
    {
        var count = 0;
        var expected = _lines >= EnoughLines ? ColumnsOfMost() : MostColumns;
        for (var at = start; count < MostColumns; count++)
        {
            if (at < line.Length && line[at] == '"')
            {
                var end = EndOfQuoted(line, at);
                var isClosed = line[end - 1] == '"' && end - at > 1;
                _values[count] = new TextSpan(at + 1, end - at - (isClosed ? 2 : 1));
                isQuoted = true;
                at = end;
                if (at < line.Length && line[at] != separator)
                {
                    // "a" b: no value between quotes.
                    return 0;
                }
            }
            else
            {
                // The last may hold separators.
                var length = count == expected - 1 || count == MostColumns - 1 ? -1 : line[at..].IndexOf(separator);
                length = length < 0 ? line.Length - at : length;
                _values[count] = new TextSpan(at, length);
                at += length;
            }

            if (at >= line.Length)
            {
                return count + 1;
            }

            at++;
        }

        return count;
    }

    private int ColumnsOfMost()
    {
        var count = 0;
        while (count < MostColumns && _columns[count].Seen * 100L >= _lines * (long)Always)
        {
            count++;
        }

        return count;
    }

    private int TimeColumn(ReadOnlySpan<byte> line, int count, TimeRules rules, DateOrder order, ref LineFields fields)
    {
        var clock = -1;
        for (var column = 0; column < Math.Min(count, FewColumns); column++)
        {
            var value = _values[column];
            if (value.Length < 8 || value.Length > 48)
            {
                continue;
            }

            if (TimeReader.TryRead(value.Of(line), rules, order, out var time) && time.Length == value.Length)
            {
                if (time.Form != TimeForm.ClockOnly)
                {
                    fields.Take(ref time, value);
                    return column;
                }

                clock = clock < 0 ? column : clock;
            }
        }

        // A date and a time in columns side by side, either first.
        for (var date = clock - 1; clock >= 0 && date <= clock + 1; date += 2)
        {
            if (date >= 0 && date < count && TimeReader.TryJoin(_values[date].Of(line), _values[clock].Of(line), rules, order, out var time))
            {
                fields.Take(ref time, _values[clock]);
                fields.ClockAgain = _values[date];
                return clock;
            }
        }

        return -1;
    }

    private int LevelColumn(ReadOnlySpan<byte> line, int count, int time, ref LineFields fields)
    {
        for (var column = 0; column < count; column++)
        {
            var value = _values[column].Of(line);
            if (column != time && value.Length >= 3 && SeverityWords.NumberOf(value) is > 0 and var number && (_lines < EnoughLines || _columns[column].Levels * 100L >= _lines * (long)Often))
            {
                fields.SeverityNumber = number;
                fields.Level = _values[column];
                return column;
            }
        }

        return -1;
    }

    private void Learn(ReadOnlySpan<byte> line, int count)
    {
        _lines++;
        for (var column = 0; column < count; column++)
        {
            ref var known = ref _columns[column];
            var value = _values[column].Of(line);
            known.Seen++;
            known.Filled += value.IsEmpty ? 0 : 1;
            known.Prose += IsProse(value) ? 1 : 0;
            known.Levels += SeverityWords.NumberOf(value) != 0 ? 1 : 0;
            known.Kinds |= 1UL << (int)(Hash(value) & 63);
        }

        if (_lines >= HalveAt)
        {
            _lines /= 2;
            for (var column = 0; column < MostColumns; column++)
            {
                ref var known = ref _columns[column];
                known = new Column { Seen = known.Seen / 2, Filled = known.Filled / 2, Prose = known.Prose / 2, Levels = known.Levels / 2 };
            }
        }
    }

    private int MessageColumn(ReadOnlySpan<byte> line, int count, int after)
    {
        var most = 0;
        for (var column = 0; column < count; column++)
        {
            most = Math.Max(most, IsMessageLike(column) ? BitOperations.PopCount(_columns[column].Kinds) : 0);
        }

        // First what stands behind the level, then before it.
        for (var i = 1; i <= count && _lines >= EnoughLines; i++)
        {
            var column = (after + i) % count;
            if (column != after && IsMessageLike(column) && BitOperations.PopCount(_columns[column].Kinds) >= Math.Min(most, ManyKinds))
            {
                return column;
            }
        }

        for (var column = after + 1; column < count && _lines < EnoughLines; column++)
        {
            if (IsProse(_values[column].Of(line)))
            {
                return column;
            }
        }

        return count <= FewColumns && after < count - 1 && _values[count - 1].Of(line).ContainsAnyInRange((byte)'A', (byte)'z') ? count - 1 : -1;
    }

    private bool IsMessageLike(int column) =>
        _columns[column].Filled * 100L >= _lines * (long)Always && _columns[column].Prose * 100L >= _lines * (long)Often;

    // Two words or more, of letters.
    private static bool IsProse(ReadOnlySpan<byte> value) =>
        value.IndexOf((byte)' ') is > 0 and var space && value[..space].ContainsAnyInRange((byte)'A', (byte)'z') && value[space..].ContainsAnyInRange((byte)'A', (byte)'z')
        && !LineText.IsDigit(value[0]);

    private static bool IsName(ReadOnlySpan<byte> value) =>
        !value.IsEmpty && LineText.IsLetter(value[0]) && !value.ContainsAny((byte)' ', (byte)'"') && value.Length <= LogRecordLimits.NameChars;

    private static uint Hash(ReadOnlySpan<byte> value)
    {
        var hash = 2_166_136_261u;
        foreach (var next in value[..Math.Min(value.Length, 64)])
        {
            hash = (hash ^ next) * 16_777_619u;
        }

        return hash ^ (hash >> 15);
    }

    // What a column's values were.
    private struct Column
    {
        public int Seen;
        public int Filled;
        public int Prose;
        public int Levels;
        public ulong Kinds; // bits of the hashes of its values
    }
}
