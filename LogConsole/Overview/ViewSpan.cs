using LogConsole.Metrics;

namespace LogConsole.Overview;

/// <summary>A view's range in 10 s windows. Pure.</summary>
/// <param name="From">First window; a multiple of <paramref name="Width"/>.</param>
/// <param name="To">Behind the last window.</param>
/// <param name="Previous">First window of the equally long stretch before.</param>
/// <param name="Width">Windows in a bucket.</param>
/// <param name="End">The moment the range ends: now for a live view.</param>
internal readonly record struct ViewSpan(long From, long To, long Previous, int Width, DateTimeOffset End)
{
    /// <summary>The whole buckets that hold the range.</summary>
    /// <param name="grain">The narrowest bucket the stored counts allow.</param>
    public static ViewSpan Of(TimeRange range, DateTimeOffset now, TimeSpan grain)
    {
        var bucket = range.Bucket > grain ? range.Bucket : grain;
        var width = (int)(bucket.TotalSeconds / TumblingWindow.Seconds);
        var end = range.To ?? now;
        var to = (FloorDivide(TumblingWindow.Of(end.AddTicks(-1)), width) + 1) * width;
        var from = FloorDivide(TumblingWindow.Of(range.From ?? now - range.Length), width) * width;

        // A live range starts a bucket late rather than showing one more than it says.
        if (range.IsLive)
        {
            from = to - (long)Math.Ceiling(range.Length.TotalSeconds / bucket.TotalSeconds) * width;
        }

        return new ViewSpan(from, to, from - (to - from), width, end);
    }

    private static long FloorDivide(long value, int by) => value >= 0 ? value / by : ((value + 1) / by) - 1;
}
