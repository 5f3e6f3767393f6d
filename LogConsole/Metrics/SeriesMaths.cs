using LogConsole.Ingestion;

namespace LogConsole.Metrics;

/// <summary>One point of a series.</summary>
/// <param name="T">Start of the step, UTC.</param>
/// <param name="V">The value over the step.</param>
public sealed record SeriesPoint(DateTimeOffset T, double V);

/// <summary>Series from counts. Pure.</summary>
internal static class SeriesMaths
{
    /// <summary>The metric per step, oldest first; steps without points are absent.</summary>
    /// <param name="length">The time that a rate of the step with this start is over.</param>
    public static IReadOnlyList<SeriesPoint> Points(string metric, IReadOnlyList<SeverityPoint> counts, Func<DateTimeOffset, TimeSpan> length) =>
    [
        .. counts.GroupBy(point => point.Start).OrderBy(group => group.Key)
            .Select(group => new SeriesPoint(group.Key, Value(metric, group, length(group.Key).TotalSeconds))),
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
    /// <summary>The wanted step rounded up to a multiple of <paramref name="grain"/>, and widened until the range has at most <paramref name="maxPoints"/> steps.</summary>
    public static TimeSpan For(DateTimeOffset from, DateTimeOffset to, TimeSpan? wanted, int maxPoints, TimeSpan grain)
    {
        var step = wanted ?? BucketWidth.For(to - from);
        var smallest = (to - from) / maxPoints;
        return Math.Max(1, Math.Ceiling((step > smallest ? step : smallest) / grain)) * grain;
    }
}
