using LogConsole.Ingestion;
using LogConsole.Metrics;

namespace LogConsole.Overview;

/// <summary>Records and the time they are a rate of.</summary>
internal readonly record struct KnownStretch(long Records, TimeSpan Time)
{
    /// <summary>Both and more of each.</summary>
    public KnownStretch And(long records, TimeSpan time) => new(Records + records, Time + time);
}

/// <summary>Committed counts of 10 s windows, kept while a view is watched and replaced window by window. Not thread-safe.</summary>
internal sealed class CountsByWindow
{
    private readonly SortedDictionary<long, long[]> _counts = []; // [window] → [severity band]

    /// <summary>Puts what was read in place of what was known of these windows.</summary>
    /// <param name="windows">The windows that were read; those without points are empty now.</param>
    public void Replace(IEnumerable<long> windows, IEnumerable<SeverityPoint> points)
    {
        foreach (var window in windows)
        {
            _counts.Remove(window);
        }

        Add(points);
    }

    /// <summary>Forgets everything and starts from what was read.</summary>
    public void Reset(IEnumerable<SeverityPoint> points)
    {
        _counts.Clear();
        Add(points);
    }

    /// <summary>Forgets windows before this one.</summary>
    public void Trim(long oldest)
    {
        while (_counts.Count != 0 && _counts.Keys.First() is var first && first < oldest)
        {
            _counts.Remove(first);
        }
    }

    /// <summary>Sums of the windows [from, to) by band.</summary>
    public long[] Sum(long from, long to)
    {
        var sum = new long[SeverityBands.Count];
        foreach (var (window, counts) in _counts)
        {
            for (var band = 0; band < sum.Length && window >= from && window < to; band++)
            {
                sum[band] += counts[band];
            }
        }

        return sum;
    }

    /// <summary>
    /// The records of [from, to) and the time they are a rate of. A cell counts when a console listened (nearly) all through it (up to now), and when nobody did
    /// and there are records nevertheless, which were handed in later. One that was listened to in part holds that part's records or, when its senders tried again, all
    /// of them: such cells count only where there are no others; for as long as somebody listened, or whole when they are wider than a window and hold records.
    /// </summary>
    /// <param name="cell">Windows the counts were read in at a time.</param>
    /// <param name="now">What comes after it is not known.</param>
    public KnownStretch Known(long from, long to, int cell, ListenedTime listened, DateTimeOffset now)
    {
        KnownStretch sure = default;
        KnownStretch unsure = default;
        for (var start = from; start < to && TumblingWindow.Start(start) < now; start += cell)
        {
            var (begin, end) = (TumblingWindow.Start(start), TumblingWindow.Start(start + cell));
            end = end < now ? end : now;
            var heard = listened.Within(begin, end);
            var records = _counts.TryGetValue(start, out var counts) ? counts.Sum() : (long?)null;
            if (listened.CoversNearly(begin, end) || (heard == TimeSpan.Zero && records is not null))
            {
                sure = sure.And(records ?? 0, end - begin);
            }
            else if (heard > TimeSpan.Zero)
            {
                unsure = unsure.And(records ?? 0, cell > 1 && records is not null ? end - begin : heard);
            }
        }

        return sure.Time > TimeSpan.Zero ? sure : unsure;
    }

    /// <summary>Buckets of <paramref name="width"/> windows from the bucket-aligned window <paramref name="from"/> up to <paramref name="to"/>.</summary>
    /// <param name="listened">A bucket without records is empty when a console listened all through it (up to now); else it is unknown and left out.</param>
    /// <param name="now">Buckets that end after it are provisional.</param>
    public List<OverviewBucket> Buckets(long from, long to, int width, ListenedTime listened, DateTimeOffset now)
    {
        var sums = new Dictionary<long, long[]>();
        foreach (var (window, counts) in _counts)
        {
            if (window < from || window >= to)
            {
                continue;
            }

            var start = from + ((window - from) / width * width);
            if (!sums.TryGetValue(start, out var sum))
            {
                sums[start] = sum = new long[SeverityBands.Count];
            }

            for (var band = 0; band < sum.Length; band++)
            {
                sum[band] += counts[band];
            }
        }

        var buckets = new List<OverviewBucket>();
        for (var start = from; start < to; start += width)
        {
            var (begin, end) = (TumblingWindow.Start(start), TumblingWindow.Start(start + width));
            if (sums.TryGetValue(start, out var sum) || listened.Covers(begin, end < now ? end : now))
            {
                buckets.Add(new OverviewBucket(begin, sum ?? new long[SeverityBands.Count], end > now));
            }
        }

        return buckets;
    }

    private void Add(IEnumerable<SeverityPoint> points)
    {
        foreach (var point in points)
        {
            var window = TumblingWindow.Of(point.Start);
            if (!_counts.TryGetValue(window, out var counts))
            {
                _counts[window] = counts = new long[SeverityBands.Count];
            }

            counts[(int)point.Band] += point.Count;
        }
    }
}
