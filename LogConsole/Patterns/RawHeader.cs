using System.Buffers.Text;
using System.Text;
using LogConsole.Patterns.Masking;

namespace LogConsole.Patterns;

/// <summary>
/// Finds where the message of a whole log line starts, by a small heuristic; recognising formats properly belongs to ingestion.
/// A header is: a time at the start of the line, what follows up to a level word in capitals (or in brackets), and after it process
/// numbers, bracketed groups and one component such as <c>dfs.DataNode$PacketResponder:</c>. Without a level, the host and tag of
/// syslog (<c>combo sshd[19939]:</c>). Lines that start with no time have no header.
/// <example>
/// <c>2015-07-29 17:41:44,747 - INFO  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:Election@774] - Notification time out: 3200</c> →
/// <c>Notification time out: 3200</c>.
/// </example>
/// </summary>
internal static class RawHeader
{
    // A level word further in is part of the message.
    private const int MaxTokens = 12;
    private const int MaxGroupBytes = 256;

    private static readonly string[] s_names =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    private static readonly string[] s_levels =
    [
        "TRACE", "VERBOSE", "DEBUG", "INFO", "INFORMATION", "NOTICE", "WARN", "WARNING", "ERROR", "ERR", "CRITICAL", "CRIT", "FATAL", "SEVERE",
        "ALERT", "EMERG", "PANIC", "V", "D", "I", "W", "E", "F",
    ];

    /// <summary>The length of the header; 0 when the line has none.</summary>
    public static int Length(ReadOnlySpan<byte> line)
    {
        var at = Priority(line);
        var end = 0;
        var words = 0;
        for (var count = 0; count < MaxTokens && Next(line, at, out var token, out var after); count++, at = after)
        {
            var timed = end > 0;
            if (IsLevel(token))
            {
                return timed ? Component(line, after) : 0;
            }

            if (words == 0 && (IsTime(token) || (timed && (IsDigits(token) || IsSeparator(token)))))
            {
                end = after;
            }
            else if (timed && words < 2 && token[^1] == ':' && token.Length > 1)
            {
                return words == 1 || LooksLikeComponent(token) ? Skip(line, after) : Skip(line, end);
            }
            else if (timed || !IsSeparator(token))
            {
                if (!timed)
                {
                    return 0;
                }

                words++;
            }
        }

        return Skip(line, end);
    }

    // After the level: numbers, dashes and bracketed groups, then one component.
    private static int Component(ReadOnlySpan<byte> line, int at)
    {
        while (Next(line, at, out var token, out var after))
        {
            // "INFO 4711 --- [main] c.e.App : …": a number is the process's only when more header follows.
            var process = IsDigits(token) && Next(line, after, out var next, out _) && (next[0] == '[' || IsSeparator(next));
            if (token[0] == '[' || IsSeparator(token) || process)
            {
                at = after;
                continue;
            }

            if (token[^1] == ':' && LooksLikeComponent(token))
            {
                at = after;
            }
            else if (LooksLikeComponent(token) && Next(line, after, out var separator, out var afterSeparator) && IsSeparator(separator))
            {
                at = afterSeparator;
            }

            break;
        }

        return Skip(line, at);
    }

    // "<34>" and "<34>1" of syslog.
    private static int Priority(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] != '<' || !Utf8Parser.TryParse(line[1..], out uint _, out var digits) || line.Length <= digits + 1 || line[digits + 1] != '>')
        {
            return 0;
        }

        var at = digits + 2;
        return at + 1 < line.Length && line[at] == '1' && line[at + 1] == ' ' ? at + 1 : at;
    }

    // A run of other bytes than white space; a bracketed group counts as one token, spaces and nested brackets included.
    private static bool Next(ReadOnlySpan<byte> line, int at, out ReadOnlySpan<byte> token, out int end)
    {
        var start = Skip(line, at);
        end = Bytes.EndOfToken(line, start, out _);
        if (start < line.Length && line[start] == '[')
        {
            var depth = 0;
            for (var i = start; i < line.Length && i - start < MaxGroupBytes; i++)
            {
                depth += line[i] == '[' ? 1 : line[i] == ']' ? -1 : 0;
                if (depth == 0)
                {
                    end = i + 1;
                    break;
                }
            }
        }

        token = line[start..end];
        return !token.IsEmpty;
    }

    private static int Skip(ReadOnlySpan<byte> line, int at)
    {
        while (at < line.Length && Bytes.IsSpace(line[at]))
        {
            at++;
        }

        return at;
    }

    // "2015-07-29", "17:41:44,747", "1117838570", "081109", "Jun", "[Sun Dec 04 04:47:44 2005]".
    private static bool IsTime(ReadOnlySpan<byte> token)
    {
        token = Unwrapped(token);
        foreach (var name in s_names)
        {
            if (token.Length >= 3 && Ascii.Equals(token[..3], name) && (token.Length == 3 || token[3] is (byte)' ' or (byte)','))
            {
                return true;
            }
        }

        var digits = 0;
        var joiners = 0;
        foreach (var value in token)
        {
            if (Bytes.IsDigit(value))
            {
                digits++;
            }
            else if (value is (byte)':' or (byte)'-' or (byte)'/' or (byte)'.' or (byte)',' or (byte)'T' or (byte)'Z' or (byte)'+' or (byte)' ')
            {
                joiners++;
            }
            else
            {
                return false;
            }
        }

        return joiners == 0 ? digits >= 6 : joiners >= 1 && digits >= 4;
    }

    private static bool IsLevel(ReadOnlySpan<byte> token)
    {
        var word = Unwrapped(token).TrimEnd((byte)':');
        var wrapped = token[0] == '[';
        foreach (var level in s_levels)
        {
            if (wrapped ? Ascii.EqualsIgnoreCase(word, level) : Ascii.Equals(word, level))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<byte> Unwrapped(ReadOnlySpan<byte> token) => token is [(byte)'[', .., (byte)']'] ? token[1..^1] : token;

    private static bool IsDigits(ReadOnlySpan<byte> token) => !token.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    private static bool IsSeparator(ReadOnlySpan<byte> token) => !token.ContainsAnyExcept("-|:"u8);

    // Qualified or camel-cased, as names of classes and processes are and words of a message are not.
    private static bool LooksLikeComponent(ReadOnlySpan<byte> token)
    {
        token = token.TrimEnd((byte)':');
        for (var i = 1; i < token.Length; i++)
        {
            var camel = token[i] is >= (byte)'A' and <= (byte)'Z' && token[i - 1] is >= (byte)'a' and <= (byte)'z';
            if (camel || (token[i] is (byte)'.' or (byte)'$' or (byte)'[' && i < token.Length - 1))
            {
                return true;
            }
        }

        return false;
    }
}
