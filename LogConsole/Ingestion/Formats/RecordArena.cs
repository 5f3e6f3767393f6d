using System.Buffers;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// Pooled memory for the texts of one request that cannot be slices of its body: unescaped messages, rewritten attributes.
/// One item is written at a time between <see cref="Begin"/> and <see cref="End"/>; finished items never move.
/// Single writer; <see cref="Dispose"/> gives the memory back, after which no item may be read.
/// </summary>
internal sealed class RecordArena : IBufferWriter<byte>, IDisposable
{
    private const int FirstChunkBytes = 4 << 10;
    private const int LargestChunkBytes = 256 << 10;

    private readonly List<byte[]> _chunks = [];
    private byte[] _chunk = [];
    private int _start;
    private int _end;

    /// <summary>Bytes rented so far.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>Bytes of the item being written.</summary>
    public int Length => _end - _start;

    /// <summary>The item being written; moves when it grows.</summary>
    public ReadOnlySpan<byte> Written => _chunk.AsSpan(_start, _end - _start);

    /// <summary>The names of the object being written.</summary>
    public MemberNames Names { get; } = new();

    /// <summary>Starts an item, dropping one that was not ended.</summary>
    public void Begin() => _end = _start;

    /// <summary>Finishes the item; it stays where it is until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> End()
    {
        var item = _chunk.AsMemory(_start, _end - _start);
        _start = _end;
        return item;
    }

    /// <summary>Cuts the item being written back to a length it had before.</summary>
    public void CutTo(int length) => _end = _start + length;

    /// <summary>Overwrites one byte of the item being written.</summary>
    public void Replace(int at, byte value) => _chunk[_start + at] = value;

    /// <summary>Puts bytes into the item being written; what stands from there on moves.</summary>
    public void Insert(int at, ReadOnlySpan<byte> value)
    {
        Write(value);
        var moved = _chunk.AsSpan((_start + at).._end);
        moved[..^value.Length].CopyTo(moved[value.Length..]);
        value.CopyTo(moved);
    }

    public void Write(byte value)
    {
        if (_end == _chunk.Length)
        {
            MakeRoom(1);
        }

        _chunk[_end++] = value;
    }

    public void Write(ReadOnlySpan<byte> value)
    {
        if (value.Length > _chunk.Length - _end)
        {
            MakeRoom(value.Length);
        }

        value.CopyTo(_chunk.AsSpan(_end));
        _end += value.Length;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (_chunk.Length - _end < Math.Max(1, sizeHint))
        {
            MakeRoom(Math.Max(1, sizeHint));
        }

        return _chunk.AsSpan(_end);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return _chunk.AsMemory(_end);
    }

    /// <inheritdoc/>
    public void Advance(int count) => _end += count;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var chunk in _chunks)
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        _chunks.Clear();
        _chunk = [];
        _start = _end = 0;
        SizeBytes = 0;
    }

    // The unfinished item moves to a larger chunk; finished ones stay in theirs.
    private void MakeRoom(int bytes)
    {
        var length = Length;
        var usual = Math.Clamp(_chunk.Length * 2, FirstChunkBytes, LargestChunkBytes);
        var needed = (int)Math.Min(Array.MaxLength, ((long)length * 2) + bytes);
        var chunk = ArrayPool<byte>.Shared.Rent(Math.Max(usual, needed));
        Written.CopyTo(chunk);
        _chunks.Add(chunk);
        SizeBytes += chunk.Length;
        _chunk = chunk;
        _start = 0;
        _end = length;
    }
}
