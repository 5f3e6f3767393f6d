namespace LogConsole.Anomalies.Detectors;

/// <summary>The last so-many numbers, in no order. O(1) to add.</summary>
internal sealed class FloatRing(int capacity)
{
    private readonly float[] _values = new float[capacity];
    private int _next;

    public int Count { get; private set; }

    public void Add(double value)
    {
        _values[_next] = (float)value;
        _next = (_next + 1) % capacity;
        Count = Math.Min(Count + 1, capacity);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => (Count, _next) = (0, 0);

    /// <summary>The numbers, smallest first.</summary>
    public float[] Sorted()
    {
        var sorted = _values.AsSpan(0, Count).ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write((short)Count);
        writer.Write((short)_next);
        foreach (var value in _values.AsSpan(0, Count))
        {
            writer.Write(value);
        }
    }

    public void Load(BinaryReader reader)
    {
        Count = reader.ReadInt16();
        _next = reader.ReadInt16();
        for (var i = 0; i < Count; i++)
        {
            _values[i] = reader.ReadSingle();
        }
    }
}

/// <summary>Order statistics of sorted numbers.</summary>
internal static class Robust
{
    /// <summary>Linear between neighbours; 0 of none.</summary>
    public static double Quantile(ReadOnlySpan<float> sorted, double p)
    {
        if (sorted.IsEmpty)
        {
            return 0;
        }

        var at = p * (sorted.Length - 1);
        var below = (int)at;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((sorted[above] - sorted[below]) * (at - below));
    }

    /// <summary>1.4826 × the median absolute deviation: the standard deviation, were the numbers normal.</summary>
    public static double Deviation(ReadOnlySpan<float> sorted)
    {
        var median = Quantile(sorted, 0.5);
        var distances = new float[sorted.Length];
        for (var i = 0; i < distances.Length; i++)
        {
            distances[i] = (float)Math.Abs(sorted[i] - median);
        }

        Array.Sort(distances);
        return 1.4826 * Quantile(distances, 0.5);
    }
}
