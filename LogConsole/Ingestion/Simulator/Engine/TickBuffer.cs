using System.Buffers;
using System.Buffers.Text;
using LogConsole.Ingestion.Simulator.Scenarios;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>One line that is written but not yet due.</summary>
internal readonly record struct PendingLine(
    MessageShape Message, string Host, long TimeMicros, TraceId TraceId, ulong SpanId, int Start, int BodyLength, int AttributesLength);

/// <summary>Whether a line comes out.</summary>
internal delegate bool LineFilter(in PendingLine line);

/// <summary>The lines of one tick of event time, in the order they were made, with their text. Buffers come from the shared pool.</summary>
internal sealed class TickBuffer
{
    private const int FirstBytes = 4 << 10;

    private byte[] _bytes = [];
    private PendingLine[] _lines = [];
    private long[] _order = []; // [line] → (microsecond within the tick, line): sorted, this is the order of time

    public int Count { get; private set; }

    public int Length { get; private set; }

    /// <summary>All text so far.</summary>
    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>Adds a line whose text is written.</summary>
    public void Add(in PendingLine line)
    {
        if (Count == _lines.Length)
        {
            Array.Resize(ref _lines, Math.Max(16, _lines.Length * 2));
        }

        _lines[Count++] = line;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    public void Write(byte value)
    {
        Room(1)[0] = value;
        Length++;
    }

    public void Write(long value)
    {
        Utf8Formatter.TryFormat(value, Room(20), out var written);
        Length += written;
    }

    /// <summary>Two digits behind the point.</summary>
    public void WriteHundredths(long value)
    {
        Write(value / 100);
        Write((byte)'.');
        Write((byte)('0' + (value / 10 % 10)));
        Write((byte)('0' + (value % 10)));
    }

    /// <summary>The lowest digits, lower case.</summary>
    public void WriteHex(ulong value, int digits)
    {
        var room = Room(digits);
        for (var i = digits - 1; i >= 0; i--, value >>= 4)
        {
            room[i] = "0123456789abcdef"u8[(int)(value & 15)];
        }

        Length += digits;
    }

    /// <summary>Moves everything to <paramref name="into"/>, in order of time, and is empty again.</summary>
    public void MoveTo(DemoRecords into, long tickStartMicros, LogTimestamp? observed, LineFilter? keep)
    {
        if (Count == 0)
        {
            return;
        }

        if (_order.Length < Count)
        {
            _order = new long[_lines.Length];
        }

        for (var i = 0; i < Count; i++)
        {
            _order[i] = ((_lines[i].TimeMicros - tickStartMicros) << 32) | (uint)i;
        }

        _order.AsSpan(0, Count).Sort();
        for (var i = 0; i < Count; i++)
        {
            ref readonly var line = ref _lines[(int)_order[i]];
            if (keep is null || keep(in line))
            {
                into.Add(in line, _bytes, observed);
            }
        }

        into.Own(_bytes);
        Array.Clear(_lines, 0, Count);
        _bytes = [];
        Count = Length = 0;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Count = Length = 0;
    }

    private Span<byte> Room(int bytes)
    {
        if (_bytes.Length - Length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, Math.Max(_bytes.Length * 2, Length + bytes)));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        return _bytes.AsSpan(Length);
    }
}
