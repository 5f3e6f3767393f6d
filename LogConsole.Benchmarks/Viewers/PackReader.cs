using System.Buffers.Binary;

namespace LogConsole.Benchmarks.Viewers;

/// <summary>Reads the part of MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) that a SignalR hub sends. Throws on anything else.</summary>
internal ref struct PackReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _at;

    /// <summary>Items of the array that begins here.</summary>
    public int ReadArray() => _data[_at++] switch
    {
        var tag and >= 0x90 and <= 0x9f => tag & 0x0f,
        0xdc => (int)Unsigned(2),
        var tag => throw Unexpected(tag),
    };

    /// <summary>An integer of any size.</summary>
    public long ReadInteger() => _data[_at++] switch
    {
        var tag and <= 0x7f => tag,
        var tag and >= 0xe0 => (sbyte)tag,
        0xcc => Unsigned(1),
        0xcd => Unsigned(2),
        0xce => Unsigned(4),
        0xcf => Unsigned(8),
        0xd0 => (sbyte)Unsigned(1),
        0xd1 => (short)Unsigned(2),
        0xd2 => (int)Unsigned(4),
        0xd3 => Unsigned(8),
        var tag => throw Unexpected(tag),
    };

    /// <summary>True or false.</summary>
    public bool ReadBoolean() => _data[_at++] switch
    {
        0xc2 => false,
        0xc3 => true,
        var tag => throw Unexpected(tag),
    };

    /// <summary>A text as UTF-8; empty for nil.</summary>
    public ReadOnlySpan<byte> ReadText() => _data[_at++] switch
    {
        0xc0 => default,
        var tag and >= 0xa0 and <= 0xbf => Take(tag & 0x1f),
        0xd9 => Take(Unsigned(1)),
        0xda => Take(Unsigned(2)),
        0xdb => Take(Unsigned(4)),
        var tag => throw Unexpected(tag),
    };

    /// <summary>Passes over the map that begins here, which has to be empty.</summary>
    public void SkipHeaders()
    {
        if (_data[_at++] is var tag && tag != 0x80)
        {
            throw Unexpected(tag);
        }
    }

    private ReadOnlySpan<byte> Take(long length)
    {
        var taken = _data.Slice(_at, (int)length);
        _at += (int)length;
        return taken;
    }

    private long Unsigned(int bytes)
    {
        var taken = Take(bytes);
        return bytes switch
        {
            1 => taken[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(taken),
            4 => BinaryPrimitives.ReadUInt32BigEndian(taken),
            _ => BinaryPrimitives.ReadInt64BigEndian(taken),
        };
    }

    private readonly InvalidDataException Unexpected(byte tag) => new($"MessagePack tag 0x{tag:x2} at byte {_at - 1} was not expected");
}
