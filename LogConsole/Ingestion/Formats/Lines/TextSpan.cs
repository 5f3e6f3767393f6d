namespace LogConsole.Ingestion.Formats.Lines;

/// <summary>A piece of a line. The default is no piece at all.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes; 0 when there is nothing.</param>
internal readonly record struct TextSpan(int Start, int Length)
{
    public bool IsEmpty => Length == 0;

    public int End => Start + Length;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> line) => line.Slice(Start, Length);

    public ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> line) => line.Slice(Start, Length);
}
