using System.Buffers.Binary;

namespace LogConsole.Ingestion.Formats.Proto;

/// <summary>How a field of a protobuf message is written.</summary>
internal enum ProtoWire
{
    /// <summary>A variable-length number.</summary>
    Varint = 0,

    /// <summary>Eight bytes, little-endian.</summary>
    Fixed64 = 1,

    /// <summary>A length and as many bytes: text, bytes, a message, packed numbers.</summary>
    Bytes = 2,

    /// <summary>Four bytes, little-endian.</summary>
    Fixed32 = 5,
}

/// <summary>
/// Walks the fields of one protobuf message (protobuf.dev, "Encoding"), in the order they were written. Never reads beyond the message and never throws:
/// what is no protobuf, groups included, ends the walk with <see cref="IsBroken"/>.
/// </summary>
/// <param name="message">The message; an empty one has no fields.</param>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int LongestVarint = 10;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _at;

    /// <summary>The number of the field read last, 1 or more.</summary>
    public int Field { get; private set; }

    /// <summary>How it is written.</summary>
    public ProtoWire Wire { get; private set; }

    /// <summary>Its value, unless it is <see cref="ProtoWire.Bytes"/>.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its content when it is <see cref="ProtoWire.Bytes"/>, else empty.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where <see cref="Bytes"/> begins in the message.</summary>
    public readonly int BytesStart => _at - Bytes.Length;

    /// <summary>The walk ended before the end of the message.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Goes to the next field; false at the end, and where nothing more can be read.</summary>
    public bool Read()
    {
        if (_at == _message.Length || IsBroken)
        {
            return false;
        }

        IsBroken = !TryRead();
        return !IsBroken;
    }

    /// <summary>Whether the field read last has this number and is written this way: one that is written otherwise is an unknown one.</summary>
    public readonly bool Is(int field, ProtoWire wire) => Field == field && Wire == wire;

    private bool TryRead()
    {
        Bytes = default;
        if (!TryVarint(out var tag) || tag >> 3 is 0 or > 0x1FFF_FFFF)
        {
            return false;
        }

        Field = (int)(tag >> 3);
        Wire = (ProtoWire)(tag & 7);
        switch (Wire)
        {
            case ProtoWire.Varint:
                Number = 0;
                return TryVarint(out var number) && Keep(number);
            case ProtoWire.Fixed64 when _message.Length - _at >= sizeof(ulong):
                Number = BinaryPrimitives.ReadUInt64LittleEndian(_message[_at..]);
                _at += sizeof(ulong);
                return true;
            case ProtoWire.Fixed32 when _message.Length - _at >= sizeof(uint):
                Number = BinaryPrimitives.ReadUInt32LittleEndian(_message[_at..]);
                _at += sizeof(uint);
                return true;
            case ProtoWire.Bytes when TryVarint(out var length) && length <= (ulong)(_message.Length - _at):
                Bytes = _message.Slice(_at, (int)length);
                _at += (int)length;
                return true;
            default:
                return false;
        }
    }

    private bool Keep(ulong number)
    {
        Number = number;
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var i = 0; i < LongestVarint && _at < _message.Length; i++)
        {
            var next = _message[_at++];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                // The tenth byte has room for one bit.
                return i < LongestVarint - 1 || next <= 1;
            }
        }

        return false;
    }
}
