using LogConsole.Ingestion;

namespace LogConsole.Metrics;

/// <summary>One point of a series.</summary>
/// <param name="T">Start of the step, UTC.</param>
/// <param name="V">The value over the step.</param>
public sealed record SeriesPoint(DateTimeOffset T, double V);

/// <summary>Series from counts. Pure.</summary>
internal static class SeriesMaths
{
    /// <summary>The metric per step, oldest first; steps without records are absent.</summary>
    /// <param name="end">Where the counts end: of the step it lies in, a rate is over the part before it.</param>
    public static IReadOnlyList<SeriesPoint> Points(string metric, IReadOnlyList<SeverityPoint> counts, TimeSpan step, DateTimeOffset end) =>
    [
        .. counts.GroupBy(point => point.Start).OrderBy(group => group.Key)
            .Select(group => new SeriesPoint(group.Key, Value(metric, group, Math.Clamp((end - group.Key).TotalSeconds, 1, step.TotalSeconds)))),
    ];

    private static double Value(string metric, IEnumerable<SeverityPoint> counts, double seconds)
    {
        long all = 0;
        long errors = 0;
        foreach (var count in counts)
        {
            all += count.Count;
            errors += count.Band >= SeverityBand.Error ? count.Count : 0;
        }

        return metric switch
        {
            "log_rate" => all / seconds,
            "error_count" => errors,
            "error_rate" => all == 0 ? 0 : (double)errors / all,
            _ => all,
        };
    }
}

/// <summary>The step of a series query. Pure.</summary>
internal static class SeriesStep
{
    /// <summary>The wanted step rounded up to a multiple of 10 s, and widened until the range has at most <paramref name="maxPoints"/> steps.</summary>
    public static TimeSpan For(DateTimeOffset from, DateTimeOffset to, TimeSpan? wanted, int maxPoints)
    {
        var step = wanted ?? BucketWidth.For(to - from);
        var smallest = (to - from).TotalSeconds / maxPoints;
        var tens = Math.Ceiling(Math.Max(step.TotalSeconds, smallest) / TumblingWindow.Seconds);
        return TimeSpan.FromSeconds(Math.Max(1, tens) * TumblingWindow.Seconds);
    }
}
