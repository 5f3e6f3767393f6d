namespace LogConsole.Metrics;

/// <summary>
/// Which windows of a stretch a rate is told of. A window that somebody listened to in part holds the records of that part, or, when its senders tried again, all
/// of them: its rate is not known, and it is left out as long as there are others. Immutable.
/// </summary>
/// <param name="Windows">Starts of the windows whose records count.</param>
/// <param name="Time">How long they are.</param>
/// <param name="IsListened">False when nobody is known to have listened: then only records that were handed in later tell anything.</param>
public readonly record struct RateBasis(IReadOnlySet<DateTimeOffset> Windows, TimeSpan Time, bool IsListened)
{
    /// <summary>The basis for a stretch of whole windows, [from, to).</summary>
    public static RateBasis Of(ListenedTime listened, DateTimeOffset from, DateTimeOffset to)
    {
        var (all, whole) = (new HashSet<DateTimeOffset>(), new HashSet<DateTimeOffset>());
        for (var start = from; start < to; start += BucketWidth.Rollup)
        {
            all.Add(start);
            if (listened.CoversNearly(start, start + BucketWidth.Rollup))
            {
                whole.Add(start);
            }
        }

        if (whole.Count != 0)
        {
            return new RateBasis(whole, whole.Count * BucketWidth.Rollup, IsListened: true);
        }

        var heard = listened.Within(from, to);
        return heard > TimeSpan.Zero ? new RateBasis(all, heard, IsListened: true) : new RateBasis(all, to - from, IsListened: false);
    }

    /// <summary>Records a second, of those in <see cref="Windows"/>; null when nothing is known.</summary>
    public double? Rate(long records) => IsListened || records > 0 ? records / Time.TotalSeconds : null;
}
