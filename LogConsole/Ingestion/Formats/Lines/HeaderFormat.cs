namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// The lines of loggers: a time, and around it levels, process numbers, threads in brackets, hosts, tags and names of classes in any order,
/// until the message begins. One walk reads Android's logcat, log4j, logback, NLog, Python, Ruby, HDFS, BGL, CBS, nginx, PostgreSQL, MySQL, Redis
/// and those nobody has named. What may be a column or the beginning of a message is decided by the source's other lines (<see cref="ColumnStats"/>);
/// a line alone is decided by looks, and when in doubt a word stays in the message.
/// <example>
/// <c>2015-07-29 17:41:44,747 - INFO  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:Election@774] - Notification time out: 3200</c> →
/// <c>Notification time out: 3200</c>.
/// </example>
/// </summary>
internal static class HeaderFormat
{
    // Words before the time of a line whose message may be what follows it: longer ones are data with a time among them.
    private const int LongestHead = 5;

    // Percent of lines with a process id in their tag.
    private const int MostlySyslog = 40;

    /// <summary>False when the line has no time.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, int start, TimeRules rules, ColumnStats stats, ref LineFields fields)
    {
        var head = new HeaderHead(line[..Math.Min(line.Length, LineText.HeaderBytes)], stats);
        if (!head.TryFindTime(start, rules, ref fields, out var time, out var at))
        {
            return false;
        }

        if (head.Words > LongestHead)
        {
            fields.Body = LineText.Rest(line, start);
            return true;
        }

        // Where many lines have a tag with a process id, those without one have a tag too.
        var needsProcess = time.Form != TimeForm.MonthName && !stats.IsOften(ColumnKind.ProcessTag, MostlySyslog);
        if (!head.IsBracketOpen && time.Form is TimeForm.MonthName or TimeForm.Numbers && SyslogTag.TryRead(line, at, needsProcess, ref fields))
        {
            if (!fields.ProcessId.IsEmpty)
            {
                stats.Saw(ColumnKind.ProcessTag, 0);
            }

            return true;
        }

        var walk = new HeaderWalk(head.Line, stats, head.IsBracketOpen, head.HasLevel, head.HasRedisRole);
        fields.Body = LineText.Rest(line, walk.ToMessage(at, ref fields));
        if (fields.Body.IsEmpty)
        {
            KeepText(line, start, at, ref fields);
        }

        return true;
    }

    // A line that is header to its end: what it says beside time and level is the message, "2026-11-20 10:15:30 [main] Shop:".
    private static void KeepText(ReadOnlySpan<byte> line, int start, int afterTime, ref LineFields fields)
    {
        var said = new LineFields { Clock = fields.Clock, ClockAgain = fields.ClockAgain, Level = fields.Level };
        if (HeaderWords.AreLeft(line, afterTime, line.Length, in said))
        {
            fields.Body = LineText.Rest(line, afterTime);
            fields.Logger = default;
            fields.Thread = default;
            fields.ProcessId = default;
        }
        else if (HeaderWords.AreLeft(line, start, afterTime, in said))
        {
            // "# Time: 2026-11-20T10:15:30Z"
            fields.Body = LineText.Rest(line, start);
            fields.HasOtherColumns = false;
        }
    }
}
