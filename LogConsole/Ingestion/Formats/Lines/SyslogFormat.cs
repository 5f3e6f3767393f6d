using System.Buffers.Text;

namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// Syslog with its priority: <c>&lt;165&gt;1 2026-11-20T10:15:30.003Z web-1 shop 4711 ID47 [ex@1 a="]"] text</c> (RFC 5424). What follows the priority
/// in RFC 3164 is a header like any other (<see cref="SyslogTag"/>).
/// </summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc5424#section-6</remarks>
internal static class SyslogFormat
{
    private const uint LargestPriority = 191;

    /// <summary>Reads <c>&lt;34&gt;</c>.</summary>
    public static bool TryPriority(ReadOnlySpan<byte> line, int at, out byte severity, out int after)
    {
        severity = 0;
        after = 0;
        if (!Utf8Parser.TryParse(line[(at + 1)..], out uint priority, out var digits) || priority > LargestPriority
            || at + digits + 1 >= line.Length || line[at + digits + 1] != '>')
        {
            return false;
        }

        severity = SeverityWords.OfSyslog(priority & 7);
        after = at + digits + 2;
        return true;
    }

    /// <summary>Reads what follows the priority when it is of version 1.</summary>
    public static bool TryRead5424(ReadOnlySpan<byte> line, int at, TimeRules rules, ref LineFields fields)
    {
        if (line.Length < at + 4 || line[at] != '1' || line[at + 1] != ' ')
        {
            return false;
        }

        at += 2;
        fields.Start = at;
        var time = Next(line, ref at);
        if (!(time.Length == 1 && line[time.Start] == '-'))
        {
            if (!TimeReader.TryRead(time.Of(line), rules, DateOrder.Unknown, out var match) || match.Length != time.Length)
            {
                return false;
            }

            fields.Take(ref match, time);
        }

        fields.Host = Value(line, Next(line, ref at));
        fields.Service = Value(line, Next(line, ref at));
        fields.ProcessId = Value(line, Next(line, ref at));
        Next(line, ref at);
        at = AfterStructuredData(line, LineText.SkipSpaces(line, at));
        fields.Body = LineText.Rest(line, at);
        if (fields.Body.Of(line).StartsWith("\uFEFF"u8))
        {
            fields.Body = new TextSpan(fields.Body.Start + 3, fields.Body.Length - 3);
        }

        return true;
    }

    private static TextSpan Next(ReadOnlySpan<byte> line, ref int at)
    {
        var start = LineText.SkipSpaces(line, at);
        at = LineText.EndOfWord(line, start);
        return new TextSpan(start, at - start);
    }

    private static TextSpan Value(ReadOnlySpan<byte> line, TextSpan word) => word.Length == 1 && line[word.Start] == '-' ? default : word;

    private static int AfterStructuredData(ReadOnlySpan<byte> line, int at)
    {
        if (at < line.Length && line[at] == '-')
        {
            return at + 1;
        }

        var end = at;
        var isQuoted = false;
        for (var i = at; i < line.Length; i++)
        {
            var value = line[i];
            if (isQuoted && value == '\\')
            {
                i++;
            }
            else if (value == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && value == ']')
            {
                end = i + 1;
                if (end >= line.Length || line[end] != '[')
                {
                    break;
                }
            }
            else if (i == end && value != '[')
            {
                break;
            }
        }

        return end;
    }
}
