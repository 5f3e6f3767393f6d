using LogConsole.Ingestion;

namespace LogConsole.Pipeline;

/// <summary>
/// Which lane each record of a batch takes: all records of a service in one lane, in their order.
/// A pure function of the service names, so the same batch always splits alike.
/// </summary>
internal sealed class LaneSplit
{
    private readonly int[] _indices; // [lane 0's records …, lane 1's records …]
    private readonly int[] _starts; // [lane], length lanes + 1

    private LaneSplit(int[] indices, int[] starts)
    {
        _indices = indices;
        _starts = starts;
    }

    /// <summary>How many lanes there are.</summary>
    public int Count => _starts.Length - 1;

    /// <summary>The records of a lane: indices into the batch.</summary>
    public ReadOnlySpan<int> this[int lane] => _indices.AsSpan(_starts[lane].._starts[lane + 1]);

    /// <summary>Splits in two passes over the records.</summary>
    public static LaneSplit Of(LogRecord[] records, int lanes)
    {
        var laneOf = new byte[records.Length];
        var starts = new int[lanes + 1];
        string? lastName = null;
        byte lastLane = 0;
        for (var i = 0; i < records.Length; i++)
        {
            var name = records[i].Service;
            if (lanes > 1 && !ReferenceEquals(name, lastName))
            {
                lastLane = (byte)(Hash(name) % (uint)lanes);
                lastName = name;
            }

            laneOf[i] = lastLane;
            starts[lastLane + 1]++;
        }

        for (var lane = 0; lane < lanes; lane++)
        {
            starts[lane + 1] += starts[lane];
        }

        var indices = new int[records.Length];
        var next = starts.AsSpan(0, lanes).ToArray();
        for (var i = 0; i < records.Length; i++)
        {
            indices[next[laneOf[i]]++] = i;
        }

        return new LaneSplit(indices, starts);
    }

    // FNV-1a (Fowler, Noll, Vo): string.GetHashCode differs from process to process and a replayed batch must split alike.
    private static uint Hash(string name)
    {
        var hash = 2166136261;
        foreach (var c in name)
        {
            hash = (hash ^ c) * 16777619;
        }

        return hash ^ (hash >> 15);
    }
}
