namespace LogConsole.Ingestion.Framing;

/// <summary>The lines stack traces begin with, by language, and whether a line is one that a trace may follow.</summary>
internal static class TraceStart
{
    // A clock stands in the header.
    private const int HeaderBytes = 128;

    // An error's name, as "AssertionError": longer words are something else.
    private const int LongestName = 64;

    /// <summary>The line names a moment near its beginning: a time of day, or Unix time as its first word. A JSON object takes no lines in.</summary>
    public static bool HasClock(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("{"u8))
        {
            return false;
        }

        var header = line[..Math.Min(line.Length, HeaderBytes)];
        var digits = header.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits is 10 or 13 && header[digits] is (byte)' ' or (byte)'.' or (byte)'\t')
        {
            return true;
        }

        for (var from = 0; header[from..].IndexOf((byte)':') is >= 0 and var found;)
        {
            var colon = from + found;
            if (colon > 0 && colon + 4 < header.Length && header[colon + 3] == ':'
                && char.IsAsciiDigit((char)header[colon - 1]) && char.IsAsciiDigit((char)header[colon + 1])
                && char.IsAsciiDigit((char)header[colon + 2]) && char.IsAsciiDigit((char)header[colon + 4]))
            {
                return true;
            }

            from = colon + 1;
        }

        return false;
    }

    /// <summary><c>TypeError: x is not a function</c>, <c>AssertionError [ERR_ASSERTION]: no</c>, <c>Error: no</c>.</summary>
    public static bool IsNode(ReadOnlySpan<byte> line)
    {
        var start = line[..Math.Min(line.Length, LongestName)];
        var end = 0;
        while (end < start.Length && char.IsAsciiLetterOrDigit((char)start[end]))
        {
            end++;
        }

        return end < start.Length && char.IsAsciiLetterUpper((char)start[0]) && start[..end].EndsWith("Error"u8)
            && (start[end..].StartsWith(": "u8) || start[end..].StartsWith(" ["u8));
    }

    /// <summary><c>/app/a.rb:3:in 'x': msg (Error)</c>.</summary>
    public static bool IsRuby(ReadOnlySpan<byte> line)
    {
        if (line.IndexOf(".rb:"u8) is not (> 0 and var name) || line[..name].Contains((byte)' '))
        {
            return false;
        }

        var rest = line[(name + 4)..];
        var digits = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return digits > 0 && rest[digits..].StartsWith(":in "u8);
    }

    /// <summary><c>panic: …</c>, <c>fatal error: …</c>, <c>goroutine 1 [running]:</c>.</summary>
    public static bool IsGo(ReadOnlySpan<byte> line) =>
        line.StartsWith("panic: "u8) || line.StartsWith("fatal error: "u8) || (line.StartsWith("goroutine "u8) && line.EndsWith("]:"u8));

    /// <summary><c>thread 'main' panicked at src/main.rs:4:5:</c>.</summary>
    public static bool IsRust(ReadOnlySpan<byte> line) => line.StartsWith("thread '"u8) && line.IndexOf(" panicked at "u8) > 0;
}
