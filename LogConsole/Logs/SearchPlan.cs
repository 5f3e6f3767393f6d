using LogConsole.Metrics;

namespace LogConsole.Logs;

/// <summary>A stretch of event time to search: [From, To).</summary>
public readonly record struct SearchRange(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>The shortest range that holds both moments, of which PostgreSQL keeps microseconds.</summary>
    public static SearchRange Including(DateTimeOffset first, DateTimeOffset last) =>
        new(first, DateTimeOffset.MaxValue - last > s_microsecond ? last + s_microsecond : DateTimeOffset.MaxValue);

    private static readonly TimeSpan s_microsecond = TimeSpan.FromMicroseconds(1);

    /// <summary>Whether it has no moment.</summary>
    public bool IsEmpty => From >= To;

    /// <summary>What both have in common; may be empty.</summary>
    public SearchRange Within(SearchRange other) => new(From > other.From ? From : other.From, To < other.To ? To : other.To);
}

/// <summary>
/// Turns the windows in which rollups count candidates into ranges to search, newest first: neighbouring windows are joined,
/// gaps are skipped, and each step looks at more candidates than the one before, so a rare text is found without a query per window.
/// Pure.
/// </summary>
internal static class SearchPlan
{
    /// <summary>Takes windows from <paramref name="next"/> on until they hold <paramref name="candidates"/> records; returns the ranges, newest first.</summary>
    /// <param name="windows">Latest end first, with the records in them that may match. Widths may differ, so windows may overlap.</param>
    /// <param name="next">Where to go on; moved behind the windows taken.</param>
    public static List<SearchRange> Take(IReadOnlyList<RollupWindow> windows, ref int next, long candidates)
    {
        var ranges = new List<SearchRange>();
        long taken = 0;
        for (; next < windows.Count && taken < candidates; next++)
        {
            var window = windows[next];
            taken += window.Count;
            if (ranges.Count != 0 && window.End >= ranges[^1].From)
            {
                // No end is later than the ones before, so joining only ever moves the start.
                ranges[^1] = ranges[^1] with { From = window.Start < ranges[^1].From ? window.Start : ranges[^1].From };
            }
            else
            {
                ranges.Add(new SearchRange(window.Start, window.End));
            }
        }

        return ranges;
    }

    /// <summary>The same time as the ranges, newest first, none meeting another.</summary>
    public static IReadOnlyList<SearchRange> Join(IEnumerable<SearchRange> ranges)
    {
        var joined = new List<SearchRange>();
        foreach (var range in ranges.OrderByDescending(range => range.To))
        {
            if (joined.Count != 0 && range.To >= joined[^1].From)
            {
                joined[^1] = joined[^1] with { From = range.From < joined[^1].From ? range.From : joined[^1].From };
            }
            else
            {
                joined.Add(range);
            }
        }

        return joined;
    }

    /// <summary>What both have in common, newest first. Both are newest first and meet nothing of their own.</summary>
    public static List<SearchRange> Common(IReadOnlyList<SearchRange> ranges, IReadOnlyList<SearchRange> others)
    {
        var common = new List<SearchRange>();
        for (int i = 0, j = 0; i < ranges.Count && j < others.Count;)
        {
            var both = ranges[i].Within(others[j]);
            if (!both.IsEmpty)
            {
                common.Add(both);
            }

            if (ranges[i].From > others[j].From)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return common;
    }

    /// <summary>Those windows, in their order, that have something in common with the ranges, which are newest first and do not meet.</summary>
    public static List<RollupWindow> Within(IEnumerable<RollupWindow> windows, IReadOnlyList<SearchRange> ranges)
    {
        var within = new List<RollupWindow>();
        var at = 0;
        foreach (var window in windows)
        {
            // No later window ends later, so a range that begins at or after this end is behind them all.
            while (at < ranges.Count && ranges[at].From >= window.End)
            {
                at++;
            }

            if (at < ranges.Count && ranges[at].To > window.Start)
            {
                within.Add(window);
            }
        }

        return within;
    }
}
