using LogConsole.Ingestion.Framing;

namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>
/// The records of java.util.logging as they are without configuration, which have two lines:
/// <c>Nov 20, 2026 10:15:31 AM com.example.Shop place</c> and <c>SEVERE: order 17 failed</c>.
/// </summary>
internal static class JavaLoggingFormat
{
    private const int LongestTime = 48;

    /// <summary>A first line: a time, and nothing else but a class and its method.</summary>
    public static bool IsHeader(ReadOnlySpan<byte> line) => line.Length <= LineText.HeaderBytes && CallerOf(line) >= 0;

    /// <summary>A second line: a level, a colon, the message.</summary>
    public static bool IsMessage(ReadOnlySpan<byte> line) => TryLevel(line, out _, out _);

    /// <summary>Reads level, caller and message of a record whose first line was read as a header; false for others.</summary>
    /// <param name="firstLine">Bytes of the first line.</param>
    public static bool TryRead(ReadOnlySpan<byte> record, int firstLine, ref LineFields fields)
    {
        var caller = CallerOf(record[..firstLine]);
        var second = record[firstLine..].IndexOf((byte)'\n') + firstLine + 1;
        if (caller < 0 || !TryLevel(record[second..], out var severity, out var length))
        {
            return false;
        }

        fields.SeverityNumber = severity;
        fields.Level = new TextSpan(second, length);
        fields.Logger = LineText.Rest(record[..firstLine], caller);
        fields.Body = LineText.Rest(record, second + length + 1);
        fields.HasOtherColumns = false;
        return true;
    }

    private static bool TryLevel(ReadOnlySpan<byte> line, out byte severity, out int length)
    {
        var end = LineText.EndOfWord(line, 0);
        severity = end > 1 && line[end - 1] == ':' ? LevelToken.OfWord(line[..end], isLoose: false, out _) : SeverityNumber.Unspecified;
        length = end - 1;
        return severity != SeverityNumber.Unspecified && !line[..length].ContainsAnyExceptInRange((byte)'A', (byte)'Z');
    }

    // Where the class begins, or -1.
    private static int CallerOf(ReadOnlySpan<byte> line)
    {
        line = line[..LineText.Rest(line, 0).End];
        var method = line.LastIndexOf((byte)' ') + 1;
        var name = method < 2 ? 0 : line[..(method - 1)].LastIndexOf((byte)' ') + 1;
        if (name is 0 or > LongestTime || !IsName(line[method..]) || !IsName(line[name..(method - 1)]) || !line[name..method].Contains((byte)'.'))
        {
            return -1;
        }

        var time = line[..(name - 1)];
        return (LineText.IsDigit(time[^1]) || time[^1] == 'M') && TraceStart.HasClock(time) ? name : -1;
    }

    private static bool IsName(ReadOnlySpan<byte> word)
    {
        foreach (var value in word)
        {
            if (!LineText.IsLetter(value) && !LineText.IsDigit(value) && value is not ((byte)'.' or (byte)'_' or (byte)'$' or (byte)'<' or (byte)'>'))
            {
                return false;
            }
        }

        return !word.IsEmpty && !LineText.IsDigit(word[0]);
    }
}
