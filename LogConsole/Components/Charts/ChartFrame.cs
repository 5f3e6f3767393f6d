using LogConsole.Overview;

namespace LogConsole.Components.Charts;

/// <summary>What the browser is sent about a chart: everything once, then only the buckets that changed.</summary>
/// <param name="Reset">Forget what was there before.</param>
/// <param name="From">Start of the first slot, milliseconds since the epoch; older buckets leave the screen.</param>
/// <param name="To">End of the range.</param>
/// <param name="Width">Milliseconds a bucket.</param>
/// <param name="Buckets">Each: start, 1 when provisional else 0, then the counts by band.</param>
internal sealed record ChartFrame(bool Reset, long From, long To, long Width, IReadOnlyList<long[]> Buckets)
{
    /// <summary>The frame that turns <paramref name="shown"/> into <paramref name="next"/>; a whole one when nothing is shown or the grid changed.</summary>
    public static ChartFrame Between(OverviewChart? shown, OverviewChart next)
    {
        var reset = shown is null || shown.Width != next.Width || next.From < shown.From || HasVanished(shown, next);
        var known = reset ? [] : shown!.Buckets.ToDictionary(bucket => bucket.Start);
        var changed = next.Buckets.Where(bucket => !known.TryGetValue(bucket.Start, out var before) || !Same(before, bucket));
        return new ChartFrame(
            reset,
            next.From.ToUnixTimeMilliseconds(),
            next.To.ToUnixTimeMilliseconds(),
            (long)next.Width.TotalMilliseconds,
            [.. changed.Select(bucket => (long[])[bucket.Start.ToUnixTimeMilliseconds(), bucket.Provisional ? 1 : 0, .. bucket.Counts])]);
    }

    private static bool Same(OverviewBucket a, OverviewBucket b) =>
        ReferenceEquals(a, b) || (a.Provisional == b.Provisional && a.Counts.SequenceEqual(b.Counts));

    private static bool HasVanished(OverviewChart shown, OverviewChart next)
    {
        var there = next.Buckets.Select(bucket => bucket.Start).ToHashSet();
        return shown.Buckets.Any(bucket => bucket.Start >= next.From && !there.Contains(bucket.Start));
    }
}
