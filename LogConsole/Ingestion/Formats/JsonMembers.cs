namespace LogConsole.Ingestion.Formats;

/// <summary>
/// One JSON object being written to the arena's current item, within a budget: a member that does not fit is left out whole and the record
/// is flagged <see cref="LogRecordFlags.Truncated"/>; smaller ones after it may still find room. Between the calls the caller writes the member.
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

    /// <summary>Nothing was kept.</summary>
    public bool IsEmpty { get; private set; } = true;

    public readonly void Open() => arena.Write((byte)'{');

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

        return true;
    }

    /// <summary>Keeps the member that was written since, or takes it back when it has become too large.</summary>
    /// <param name="values">How many values it holds.</param>
    public void End(int values, ref LogRecordFlags flags)
    {
        if (arena.Length >= maxBytes || _values + values > MaxValues)
        {
            arena.CutTo(_start);
            flags |= LogRecordFlags.Truncated;
            return;
        }

        IsEmpty = false;
        _values += values;
    }
}
