using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace LogConsole.Logs;

/// <summary>
/// Writes PostgreSQL's binary COPY format into a growing pooled buffer. Faster than a typed importer because fields that are UTF-8 already
/// are copied once and nothing is awaited per column. Not thread-safe.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/18/sql-copy.html, "Binary Format"</remarks>
internal sealed class PgBinaryWriter : IDisposable
{
    // 2000-01-01, PostgreSQL's epoch, in microseconds since the Unix epoch.
    private const long PostgresEpochMicroseconds = 946_684_800_000_000;

    // The signature, 32 bits of flags and the length of the header extension, both zero.
    private static readonly byte[] s_header =
        [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xFF, (byte)'\r', (byte)'\n', 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 20);

    /// <summary>Bytes written since the last <see cref="Clear"/>.</summary>
    public int Length { get; private set; }

    /// <summary>What was written; valid until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear() => Length = 0;

    /// <summary>The 19-byte header, once before the first row.</summary>
    public void Header() => s_header.CopyTo(Take(s_header.Length));

    /// <summary>Starts a row.</summary>
    public void Row(short columns) => BinaryPrimitives.WriteInt16BigEndian(Take(2), columns);

    /// <summary>The end of the data.</summary>
    public void Trailer() => Row(-1);

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    public void Int16(short value)
    {
        var field = Field(2);
        BinaryPrimitives.WriteInt16BigEndian(field, value);
    }

    public void Int32(int value)
    {
        var field = Field(4);
        BinaryPrimitives.WriteInt32BigEndian(field, value);
    }

    public void Int64(long value)
    {
        var field = Field(8);
        BinaryPrimitives.WriteInt64BigEndian(field, value);
    }

    /// <summary>A timestamptz from microseconds since the Unix epoch.</summary>
    public void Timestamp(long unixMicroseconds) => Int64(unixMicroseconds - PostgresEpochMicroseconds);

    /// <summary>A uuid from two big-endian halves.</summary>
    public void Uuid(ulong high, ulong low)
    {
        var field = Field(16);
        BinaryPrimitives.WriteUInt64BigEndian(field, high);
        BinaryPrimitives.WriteUInt64BigEndian(field[8..], low);
    }

    /// <summary>A text from UTF-8.</summary>
    public void Utf8(ReadOnlySpan<byte> value) => value.CopyTo(Field(value.Length));

    /// <summary>A text, or null.</summary>
    public void Text(string? value)
    {
        if (value is null)
        {
            Null();
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Encoding.UTF8.GetBytes(value, Field(length));
    }

    /// <summary>A jsonb from the pieces of its text: version byte 1, then the text.</summary>
    public void Jsonb(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var field = Field(1 + first.Length + second.Length);
        field[0] = 1;
        first.CopyTo(field[1..]);
        second.CopyTo(field[(1 + first.Length)..]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private Span<byte> Field(int length)
    {
        var span = Take(4 + length);
        BinaryPrimitives.WriteInt32BigEndian(span, length);
        return span[4..];
    }

    private Span<byte> Take(int count)
    {
        if (_buffer.Length - Length < count)
        {
            Grow(count);
        }

        var span = _buffer.AsSpan(Length, count);
        Length += count;
        return span;
    }

    private void Grow(int count)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, Length + count));
        _buffer.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
