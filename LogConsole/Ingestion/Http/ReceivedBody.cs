using System.Buffers;

namespace LogConsole.Ingestion.Http;

/// <summary>A request's decompressed body in one pooled buffer. Whoever holds it last disposes it, once.</summary>
internal sealed class ReceivedBody : IDisposable
{
    private byte[] _buffer = [];

    public int Length { get; private set; }

    public int Capacity => _buffer.Length;

    public ReadOnlyMemory<byte> Bytes => _buffer.AsMemory(0, Length);

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> Free => _buffer.AsMemory(Length);

    public void Advance(int count) => Length += count;

    /// <summary>Moves to a buffer of at least this capacity.</summary>
    public void Grow(int capacity)
    {
        var larger = ArrayPool<byte>.Shared.Rent(capacity);
        Bytes.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Length = 0;
    }
}
