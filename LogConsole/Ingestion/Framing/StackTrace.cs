using LogConsole.Ingestion.Formats.Lines;

namespace LogConsole.Ingestion.Framing;

/// <summary>
/// Tells, line after line, what belongs to the record before: indented lines, and what the stack traces of Java, Kotlin, Scala, Python, .NET, Go, Node,
/// Ruby, PHP and Rust write without indentation. Where a trace begins without indentation (<c>TypeError: …</c>, <c>panic: …</c>) it belongs to a line
/// that has a time, else it is a record of its own. So do the second line of java.util.logging's records, and what follows a line that a container
/// runtime cut. A record that itself begins with white space takes nothing in. At most <see cref="MaxLines"/> lines
/// a record.
/// </summary>
internal struct StackTrace
{
    /// <summary>Lines of one record: a recursion that ends in a stack overflow prints a thousand.</summary>
    public const int MaxLines = 1024;

    private int _lines;
    private bool _isIndented;
    private bool _isPython; // between "Traceback" and the line that names the exception
    private bool _isGo;
    private bool _isRust;
    private bool _isRustMessage; // after "thread 'main' panicked at src/main.rs:4:5:" follows what it said
    private bool _hasTime;
    private bool _isJavaHeader; // the line after it has level and message
    private ContainerPart _part; // of a line a container runtime cut, which goes on in the next

    /// <summary>A record begins with this line.</summary>
    public void Begin(ReadOnlySpan<byte> line)
    {
        _lines = 1;
        _isIndented = line.IsEmpty || line[0] is (byte)' ' or (byte)'\t';
        _isPython = line.IndexOf("Traceback (most recent call last)"u8) >= 0;
        _isGo = line.IndexOf("panic: "u8) >= 0 || line.IndexOf("fatal error: "u8) >= 0 || line.StartsWith("goroutine "u8);
        _isRust = TraceStart.IsRust(line);
        _isRustMessage = _isRust && line[^1] == ':';
        _hasTime = TraceStart.HasClock(line);
        _isJavaHeader = _hasTime && JavaLoggingFormat.IsHeader(line);
        ContainerFormat.TryPart(line, out _part);
    }

    /// <summary>Whether this line, which is not blank, goes on with the record; if so it has been counted.</summary>
    public bool TryContinue(ReadOnlySpan<byte> line)
    {
        if (_isIndented || _lines == 0 || _lines >= MaxLines || !Continues(line))
        {
            return false;
        }

        _lines++;
        return true;
    }

    private bool Continues(ReadOnlySpan<byte> line)
    {
        if (_part.IsCut && ContainerFormat.TryPart(line, out var part) && part.IsError == _part.IsError)
        {
            _part = part;
            return true;
        }

        if (_isJavaHeader)
        {
            _isJavaHeader = false;
            return JavaLoggingFormat.IsMessage(line);
        }

        if (line[0] is (byte)' ' or (byte)'\t')
        {
            return true;
        }

        if (line.StartsWith("Traceback (most recent call last)"u8))
        {
            return _isPython = true;
        }

        if (_isPython)
        {
            // The exception's own line ends it: "ValueError: no such order".
            _isPython = false;
            return IsName(line);
        }

        if (_isRustMessage)
        {
            _isRustMessage = false;
            return !TraceStart.HasClock(line);
        }

        if (_hasTime && Starts(line))
        {
            return true;
        }

        return line[0] switch
        {
            (byte)'C' => line.StartsWith("Caused by: "u8),
            (byte)'S' => line.StartsWith("Suppressed: "u8) || line.SequenceEqual("Stack trace:"u8),
            (byte)'D' => line.StartsWith("During handling of the above exception"u8),
            (byte)'T' => line.StartsWith("The above exception was the direct cause"u8),
            (byte)'-' => line.StartsWith("--- End of "u8) || line.StartsWith("---> "u8),
            (byte)'.' => line.StartsWith("... "u8),
            (byte)'#' => line.Length > 2 && line[1] is >= (byte)'0' and <= (byte)'9' && line[..Math.Min(5, line.Length)].Contains((byte)' '),
            (byte)'n' => _isRust && line.StartsWith("note: "u8),
            (byte)'s' => _isRust && line.SequenceEqual("stack backtrace:"u8),
            _ => false,
        } || (_isGo ? IsGo(line) : IsException(line));
    }

    private bool Starts(ReadOnlySpan<byte> line)
    {
        if (TraceStart.IsGo(line))
        {
            return _isGo = true;
        }

        if (TraceStart.IsRust(line))
        {
            _isRustMessage = line[^1] == ':';
            return _isRust = true;
        }

        return TraceStart.IsNode(line) || TraceStart.IsRuby(line) || line.StartsWith("PHP Fatal error: "u8);
    }

    // "goroutine 1 [running]:", "main.main()", "created by shop.Serve in goroutine 7", "[signal SIGSEGV: …]", "exit status 2"
    private static bool IsGo(ReadOnlySpan<byte> line) =>
        line.StartsWith("goroutine "u8) || line.StartsWith("created by "u8) || line.StartsWith("[signal "u8) || line.StartsWith("exit status "u8)
        || (line[^1] == ')' && line.IndexOf((byte)'(') is > 0 and var open && line[..open].Contains((byte)'.') && !line[..open].Contains((byte)' '));

    // "java.lang.IllegalStateException: no", "System.InvalidOperationException: no"
    private static bool IsException(ReadOnlySpan<byte> line)
    {
        var name = line[..(line.IndexOf((byte)':') is >= 0 and var colon ? colon : line.Length)];
        return name.Contains((byte)'.') && IsName(name) && (name.EndsWith("Exception"u8) || name.EndsWith("Error"u8) || name.EndsWith("Throwable"u8));
    }

    // Letters, digits and dots up to a colon or the end.
    private static bool IsName(ReadOnlySpan<byte> line)
    {
        foreach (var value in line)
        {
            if (value == ':')
            {
                return true;
            }

            if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'.' or (byte)'_' or (byte)'$'))
            {
                return false;
            }
        }

        return true;
    }
}
