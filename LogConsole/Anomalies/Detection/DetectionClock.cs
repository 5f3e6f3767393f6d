using LogConsole.Metrics;

namespace LogConsole.Anomalies.Detection;

/// <summary>How far a source has come.</summary>
/// <param name="NewestEvent">Its newest event time.</param>
/// <param name="UpdatedAt">When it was last committed, by our clock.</param>
internal sealed record SourceProgress(DateTimeOffset NewestEvent, DateTimeOffset UpdatedAt);

/// <summary>
/// Which windows are closed: nothing more is expected in them. The rule is that of <see cref="SourceClock"/>: a source's newest event time
/// closes what ends the allowed lateness before it; while a source is live and quiet, our clock does. Pure.
/// </summary>
internal static class DetectionClock
{
    /// <summary>
    /// The first window that is not closed for everybody: the slowest live source decides; without a live one, the furthest source, and
    /// an import that has come to rest is closed to its end. Null when no source has sent anything.
    /// </summary>
    public static long? ClosedTo(IReadOnlyCollection<SourceProgress> sources, DateTimeOffset now, MetricsOptions options)
    {
        var live = sources.Where(source => (now - source.NewestEvent).Duration() <= options.LiveWithin).ToList();
        if (live.Count != 0)
        {
            return TumblingWindow.Of(live.Min(source => Closed(source, now, options)));
        }

        return sources.Count == 0 ? null : sources.Max(source => Rested(source, now, options));
    }

    /// <summary>
    /// The first window of one service that is not closed. A service far behind that is still arriving (an import beside live data) goes
    /// by its own newest window; every other one by <paramref name="closedTo"/>.
    /// </summary>
    public static long ClosedTo(long closedTo, long newestWindow, DateTimeOffset lastArrival, DateTimeOffset now, MetricsOptions options)
    {
        var behind = closedTo - newestWindow > Windows(options.LiveWithin);
        var arriving = now - lastArrival < options.LiveWithin;
        return behind && arriving ? newestWindow - Windows(options.AllowedLateness) : closedTo;
    }

    /// <summary>A length in windows, rounded up.</summary>
    public static long Windows(TimeSpan length) => (long)Math.Ceiling(length.TotalSeconds / TumblingWindow.Seconds);

    // A clock that is ahead closes nothing early.
    private static DateTimeOffset Closed(SourceProgress source, DateTimeOffset now, MetricsOptions options)
    {
        var quiet = now - source.UpdatedAt >= options.AllowedLateness;
        return Back(quiet || source.NewestEvent > now ? now : source.NewestEvent, options.AllowedLateness);
    }

    private static long Rested(SourceProgress source, DateTimeOffset now, MetricsOptions options)
    {
        if (source.NewestEvent > now)
        {
            return TumblingWindow.Of(Back(now, options.AllowedLateness));
        }

        return now - source.UpdatedAt >= options.LiveWithin
            ? TumblingWindow.Of(source.NewestEvent) + 1
            : TumblingWindow.Of(Back(source.NewestEvent, options.AllowedLateness));
    }

    private static DateTimeOffset Back(DateTimeOffset moment, TimeSpan by) => moment - DateTimeOffset.MinValue > by ? moment - by : DateTimeOffset.MinValue;
}
