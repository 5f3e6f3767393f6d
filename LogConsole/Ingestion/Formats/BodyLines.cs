using LogConsole.Ingestion.Formats.Lines;

namespace LogConsole.Ingestion.Formats;

/// <summary>The lines of a body that are not blank, without their ends, with their 1-based numbers.</summary>
internal struct BodyLines(ReadOnlyMemory<byte> body)
{
    private readonly int _length = body.Length;
    private ReadOnlyMemory<byte> _rest = body;
    private int _number;

    /// <summary>Where the last line begins, bytes from the body's start.</summary>
    public int Start { get; private set; }

    public bool TryNext(out ReadOnlyMemory<byte> line, out int number)
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.Span.IndexOf((byte)'\n');
            Start = _length - _rest.Length;
            line = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            _number++;
            line = line.TrimEnd((byte)'\r');
            if (!LineText.IsBlank(line.Span))
            {
                number = _number;
                return true;
            }
        }

        line = default;
        number = 0;
        return false;
    }
}
