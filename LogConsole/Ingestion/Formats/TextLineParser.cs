namespace LogConsole.Ingestion.Formats;

/// <summary>
/// One line of plain text to one record: the whole line is the body. An ISO timestamp at its start gives the event time;
/// a level word near the start gives the severity. Knowing the formats themselves is not this class's task.
/// </summary>
/// <remarks>
/// A level word counts among the first eight words after the timestamp, within 120 bytes, when it cannot be prose: in capitals (<c>WARN</c>),
/// in brackets (<c>[notice]</c>), before a colon (<c>error:</c>) or as <c>level=warn</c>. Single letters never count.
/// </remarks>
internal sealed class TextLineParser(RecordContext context, RecordArena arena)
{
    private const int NearBytes = 120;
    private const int NearWords = 8;

    /// <summary>Reads one line that is not blank, without its line end.</summary>
    /// <param name="isClean">The line is known to be valid UTF-8 without NUL.</param>
    public LogRecord Parse(ReadOnlyMemory<byte> line, int lineNumber, bool isClean)
    {
        var flags = LogRecordFlags.None;
        var limit = context.Limits.MaxLineBytes;
        if (line.Length > limit)
        {
            flags |= LogRecordFlags.Truncated;
            line = line[..Utf8Text.CutLength(line.Span, limit)];
        }

        if (!isClean && !Utf8Text.IsClean(line.Span))
        {
            arena.Begin();
            Utf8Text.WriteRepaired(arena, line.Span, ref flags);
            line = arena.End();
            line = line[..Utf8Text.CutLength(line.Span, limit)];
        }

        var start = line.Span;
        if (TimestampParser.TryParsePrefix(start, context.Zone, out var timestamp, out var zoneAssumed, out var consumed))
        {
            flags |= context.DistanceOf(timestamp) | (zoneAssumed ? LogRecordFlags.ZoneAssumed : LogRecordFlags.None);
            start = start[consumed..];
        }
        else
        {
            timestamp = context.Arrival;
            flags |= LogRecordFlags.TimestampMissing;
        }

        return new LogRecord
        {
            Timestamp = timestamp,
            ObservedTimestamp = context.Arrival,
            SeverityNumber = SeverityNear(start),
            Service = context.DefaultService ?? LogRecord.UnknownService,
            Body = line,
            Flags = flags,
            Line = lineNumber,
        };
    }

    /// <summary>The severity of the first level word near the start of a text, or 0.</summary>
    internal static byte SeverityNear(ReadOnlySpan<byte> text)
    {
        text = text[..Math.Min(text.Length, NearBytes)];
        for (var words = 0; words < NearWords; words++)
        {
            text = text.TrimStart(" \t"u8);
            if (text.IsEmpty)
            {
                break;
            }

            var end = text.IndexOfAny((byte)' ', (byte)'\t');
            if (SeverityOfWord(end < 0 ? text : text[..end]) is > 0 and var number)
            {
                return number;
            }

            text = end < 0 ? default : text[end..];
        }

        return SeverityNumber.Unspecified;
    }

    // INFO, INFO:, [error], <warn>, level=warn, "[2026-11-20]ERROR" is not one
    private static byte SeverityOfWord(ReadOnlySpan<byte> word)
    {
        if (word.StartsWith("level="u8) || word.StartsWith("lvl="u8))
        {
            return SeverityWords.NumberOf(word[(word.IndexOf((byte)'=') + 1)..].Trim("\"'"u8));
        }

        var bare = word.Trim("[]()<>|,;:-"u8);
        if (bare.Length < 3 || SeverityWords.NumberOf(bare) is not (> 0 and var number))
        {
            return SeverityNumber.Unspecified;
        }

        var isMarked = word[0] is (byte)'[' or (byte)'<' or (byte)'(' or (byte)'|' || word[^1] == ':';
        return isMarked || !bare.ContainsAnyInRange((byte)'a', (byte)'z') ? number : SeverityNumber.Unspecified;
    }
}
