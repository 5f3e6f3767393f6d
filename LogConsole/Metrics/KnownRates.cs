namespace LogConsole.Metrics;

/// <summary>
/// What the rates of steps are told of. A step that somebody listened to in part holds the records of that part, or, when its senders tried again, all of them:
/// its rate is that of the windows in it that were listened to (nearly) all through. Not thread-safe.
/// </summary>
/// <param name="step">Width of a step.</param>
/// <param name="grain">The narrowest windows that are stored; a divisor of <paramref name="step"/>.</param>
/// <param name="end">Where the counts end: of the step it lies in, a rate is over the part before it.</param>
internal sealed class KnownRates(ListenedTime listened, TimeSpan step, TimeSpan grain, DateTimeOffset end)
{
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    private readonly Dictionary<DateTimeOffset, TimeSpan> _inPart = [];

    /// <summary>Steps with records that somebody listened to in part, of those given.</summary>
    public int StepsInPart => _inPart.Count;

    /// <summary>The time the rate of a step is over; more than zero.</summary>
    public TimeSpan Length(DateTimeOffset start) => _inPart.TryGetValue(start, out var part) ? part : Whole(start);

    /// <summary>The counts that rates are told of, from all counts of the steps.</summary>
    /// <param name="read">Sums the counts of stretches of whole windows by band.</param>
    public async Task<IReadOnlyList<SeverityPoint>> CountsAsync(
        IReadOnlyList<SeverityPoint> counts, Func<IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)>, Task<IReadOnlyList<SeverityPoint>>> read)
    {
        var known = new List<SeverityPoint>();
        foreach (var points in counts.GroupBy(point => point.Start))
        {
            var (start, stop) = (points.Key, points.Key + Whole(points.Key));
            var heard = listened.Within(start, stop);
            if (heard == TimeSpan.Zero || heard == stop - start)
            {
                known.AddRange(points);
                continue;
            }

            var stretches = listened.WholeWindows(start, stop, grain);
            if (stretches is [var all] && all == (start, stop))
            {
                known.AddRange(points);
                continue;
            }

            if (stretches.Count == 0)
            {
                _inPart[start] = heard > s_least ? heard : s_least;
                known.AddRange(points);
                continue;
            }

            _inPart[start] = stretches.Aggregate(TimeSpan.Zero, (sum, stretch) => sum + (stretch.To - stretch.From));
            var sums = await read(stretches).ConfigureAwait(false);
            known.AddRange(points.Select(point => point with { Count = sums.FirstOrDefault(sum => sum.Band == point.Band)?.Count ?? 0 }));
        }

        return known;
    }

    // Of a step that has only begun, or lies ahead of the clock, a second: never zero.
    private TimeSpan Whole(DateTimeOffset start) => end - start < s_least ? s_least : end - start < step ? end - start : step;
}
