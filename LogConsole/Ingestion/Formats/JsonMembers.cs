using System.Buffers.Text;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// One JSON object being written to the arena's current item, within a budget: a member that does not fit is left out whole and the record
/// is flagged <see cref="LogRecordFlags.Truncated"/>; smaller ones after it may still find room. A name that comes again
/// becomes <c>name#2</c>, <c>name#3</c>. Between the calls the caller writes the member.
/// </summary>
/// <param name="maxBytes">Longest object, braces included.</param>
internal ref struct JsonMembers(RecordArena arena, int maxBytes)
{
    /// <summary>
    /// Most values in one object, nested ones included: jsonb keeps an entry for every one, so two bytes a value (<c>0,0,0…</c>) become many times that.
    /// </summary>
    public const int MaxValues = 10_000;

    private int _values;
    private int _start;
    private int _nameStart;

    /// <summary>Nothing was kept.</summary>
    public bool IsEmpty { get; private set; } = true;

    public readonly void Open()
    {
        arena.Names.Clear();
        arena.Write((byte)'{');
    }

    public readonly void Close() => arena.Write((byte)'}');

    /// <summary>Makes ready for a member of at least this many bytes; false when it cannot fit.</summary>
    public bool TryBegin(int bytes, ref LogRecordFlags flags)
    {
        _start = arena.Length;
        if ((long)_start + bytes >= maxBytes || _values == MaxValues)
        {
            flags |= LogRecordFlags.Truncated;
            return false;
        }

        if (!IsEmpty)
        {
            arena.Write((byte)',');
        }

        _nameStart = arena.Length + 1;
        return true;
    }

    /// <summary>Keeps the member that was written since, or takes it back when it has become too large.</summary>
    /// <param name="values">How many values it holds.</param>
    public void End(int values, ref LogRecordFlags flags)
    {
        if (arena.Length >= maxBytes || _values + values > MaxValues || !TryNumber())
        {
            arena.CutTo(_start);
            flags |= LogRecordFlags.Truncated;
            return;
        }

        IsEmpty = false;
        _values += values;
    }

    // jsonb would keep the last of several values of one name, and say nothing. False when the number does not fit.
    private readonly bool TryNumber()
    {
        var length = NameLength(arena.Written[_nameStart..]);
        if (arena.Names.Add(arena.Written, _nameStart, length) is > 1 and var times)
        {
            Span<byte> suffix = stackalloc byte[12];
            suffix[0] = (byte)'#';
            Utf8Formatter.TryFormat(times, suffix[1..], out var digits);
            arena.Insert(_nameStart + length, suffix[..(digits + 1)]);
        }

        return arena.Length < maxBytes;
    }

    // Up to the closing quote.
    private static int NameLength(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (text[at..].IndexOfAny((byte)'"', (byte)'\\') is var next && text[at + next] == '\\')
        {
            at += next + 2;
        }

        return at + text[at..].IndexOf((byte)'"');
    }
}
