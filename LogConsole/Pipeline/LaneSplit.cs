namespace LogConsole.Pipeline;

/// <summary>
/// Which lane each record of a batch takes: all records of a service in one lane, in their order.
/// A pure function of the service ids, so the same batch always splits alike.
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
    /// <param name="serviceIds">[record] → id of its service, negative for one that is new in the batch.</param>
    public static LaneSplit Of(int[] serviceIds, int lanes)
    {
        var laneOf = new byte[serviceIds.Length];
        var starts = new int[lanes + 1];
        for (var i = 0; i < serviceIds.Length; i++)
        {
            // Fibonacci hashing (Knuth, TAOCP 3, 6.4): neighbouring ids take different lanes.
            var lane = lanes == 1 ? (byte)0 : (byte)(((uint)serviceIds[i] * 2654435769u >> 16) % (uint)lanes);
            laneOf[i] = lane;
            starts[lane + 1]++;
        }

        for (var lane = 0; lane < lanes; lane++)
        {
            starts[lane + 1] += starts[lane];
        }

        var indices = new int[serviceIds.Length];
        var next = starts.AsSpan(0, lanes).ToArray();
        for (var i = 0; i < serviceIds.Length; i++)
        {
            indices[next[laneOf[i]]++] = i;
        }

        return new LaneSplit(indices, starts);
    }
}
