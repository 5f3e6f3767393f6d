using LogConsole.Metrics;

namespace LogConsole.Logs;

/// <summary>A stretch of event time to search: [From, To).</summary>
public readonly record struct SearchRange(DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// Turns the windows in which rollups count candidates into ranges to search, newest first: neighbouring windows are joined,
/// gaps are skipped, and each step looks at more candidates than the one before, so a rare text is found without a query per window.
/// Pure.
/// </summary>
internal static class SearchPlan
{
    /// <summary>Takes windows from <paramref name="next"/> on until they hold <paramref name="candidates"/> records; returns the ranges, newest first.</summary>
    /// <param name="windows">Latest end first: start, width, records in it that may match. Widths may differ, so windows may overlap.</param>
    /// <param name="next">Where to go on; moved behind the windows taken.</param>
    public static List<SearchRange> Take(IReadOnlyList<(DateTimeOffset Start, TimeSpan Width, long Count)> windows, ref int next, long candidates)
    {
        var ranges = new List<SearchRange>();
        long taken = 0;
        for (; next < windows.Count && taken < candidates; next++)
        {
            var (start, width, count) = windows[next];
            taken += count;
            var end = TumblingWindow.End(start, width);
            if (ranges.Count != 0 && end >= ranges[^1].From)
            {
                // No end is later than the ones before, so joining only ever moves the start.
                ranges[^1] = ranges[^1] with { From = start < ranges[^1].From ? start : ranges[^1].From };
            }
            else
            {
                ranges.Add(new SearchRange(start, end));
            }
        }

        return ranges;
    }
}
