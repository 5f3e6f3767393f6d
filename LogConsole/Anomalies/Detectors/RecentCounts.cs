namespace LogConsole.Anomalies.Detectors;

/// <summary>Counts of the newest windows. Windows nobody judged hold nothing. Constant memory.</summary>
internal sealed class RecentCounts(int length)
{
    private readonly long[] _counts = new long[length]; // [window % length]
    private long _newest = long.MinValue;

    /// <summary>Windows up to the newest one of which none is missing, at most as many as are kept.</summary>
    public int Unbroken { get; private set; }

    /// <summary>Adds the next window.</summary>
    public void Add(long window, long count)
    {
        var forget = _newest == long.MinValue ? length : Math.Min(length, window - _newest);
        for (var back = 0; back < forget; back++)
        {
            Slot(window - back) = 0;
        }

        Unbroken = _newest == window - 1 ? Math.Min(Unbroken + 1, length) : 1;
        _newest = window;
        Slot(window) = count;
    }

    /// <summary>The sum of the newest so many windows; one or more must have been added.</summary>
    public long Sum(int windows)
    {
        var sum = 0L;
        for (var back = 0; back < windows; back++)
        {
            sum += Slot(_newest - back);
        }

        return sum;
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => (_newest, Unbroken) = (long.MinValue, 0);

    public void Save(BinaryWriter writer)
    {
        writer.Write(_newest);
        writer.Write((short)Unbroken);
        foreach (var count in _counts)
        {
            writer.Write(count);
        }
    }

    public void Load(BinaryReader reader)
    {
        _newest = reader.ReadInt64();
        Unbroken = reader.ReadInt16();
        for (var i = 0; i < length; i++)
        {
            _counts[i] = reader.ReadInt64();
        }
    }

    private ref long Slot(long window) => ref _counts[((window % length) + length) % length];
}
