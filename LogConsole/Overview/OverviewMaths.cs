using LogConsole.Ingestion;
using LogConsole.Metrics;

namespace LogConsole.Overview;

/// <summary>How much of a range, and of the stretch before it, something is known of.</summary>
/// <param name="Whole">How long each of them is.</param>
internal readonly record struct KnownTimes(KnownStretch Range, KnownStretch Before, TimeSpan Whole)
{
    /// <summary>Whether the stretch before is known well enough to compare with: all of it but a tenth.</summary>
    public bool IsComparable => Before.Time >= Whole * 0.9;
}

/// <summary>When an incident was opened, and when it was resolved; null while it is not.</summary>
internal readonly record struct OpenTime(DateTimeOffset From, DateTimeOffset? To)
{
    /// <summary>Whether it was open at a moment.</summary>
    public bool Holds(DateTimeOffset moment) => From <= moment && (To is not { } end || end > moment);
}

/// <summary>The row of five numbers from what was read. Pure.</summary>
internal static class OverviewMaths
{
    private const int SparkPoints = 60;

    /// <summary>All five numbers with their course and what they were before.</summary>
    /// <param name="chart">The range's buckets.</param>
    /// <param name="before">[severity band] counts of the equally long stretch before.</param>
    /// <param name="patterns">When patterns were first seen, over both stretches.</param>
    /// <param name="patternCount">Patterns in all.</param>
    /// <param name="incidents">Those that were open for some time of the range.</param>
    /// <param name="samples">The lag over both stretches, as far as it was sampled.</param>
    /// <param name="span">The range in windows.</param>
    /// <param name="known">What rates are computed from; time in which nobody counted is no time without records.</param>
    public static OverviewNumbers Numbers(
        OverviewChart chart, long[] before, IReadOnlyList<DateTimeOffset> patterns, long patternCount,
        IReadOnlyList<OpenTime> incidents, IReadOnlyList<(DateTimeOffset At, double? LagSeconds)> samples, ViewSpan span, KnownTimes known)
    {
        var start = TumblingWindow.Start(span.From);
        var totals = new long[SeverityBands.Count];
        foreach (var bucket in chart.Buckets)
        {
            for (var band = 0; band < totals.Length; band++)
            {
                totals[band] += bucket.Counts[band];
            }
        }

        var slots = (int)Math.Round((chart.To - chart.From) / chart.Width, MidpointRounding.ToPositiveInfinity);
        var inRange = samples.Where(sample => sample.At >= start).ToList();
        var earlier = samples.Where(sample => sample.At < start).ToList();
        return new OverviewNumbers
        {
            EventsPerSecond = new NumberOverTime(
                Rate(known.Range), known.IsComparable ? Rate(known.Before) : null,
                Spark(chart, slots, bucket => bucket.Counts.Sum() / chart.Width.TotalSeconds)),
            ErrorShare = new NumberOverTime(Share(totals), known.IsComparable ? Share(before) : null, Spark(chart, slots, bucket => Share(bucket.Counts))),
            NewPatterns = new NumberOverTime(
                patterns.Count(at => at >= start), known.IsComparable ? patterns.Count(at => at < start) : null,
                Spark(chart, slots, bucket => patterns.Count(at => at >= bucket.Start && at - bucket.Start < chart.Width))),
            Patterns = patternCount,
            IngestLagSeconds = new NumberOverTime(
                Highest(inRange), Highest(earlier), [.. Thin(inRange.Select(sample => sample.LagSeconds).ToList())]),
            OpenIncidents = new NumberOverTime(
                incidents.Count(incident => incident.Holds(chart.To)), incidents.Count(incident => incident.Holds(start)),
                Thin([.. Enumerable.Range(1, Math.Max(2, slots)).Select(slot => (double?)incidents.Count(incident => incident.Holds(chart.From + (slot * chart.Width))))])),
            MeasuredSince = samples.Count == 0 ? null : samples[0].At,
        };
    }

    /// <summary>Errors and worse as a share of all; null without records.</summary>
    internal static double? Share(IReadOnlyList<long> counts)
    {
        var all = counts.Sum();
        return all == 0 ? null : (double)(counts[(int)SeverityBand.Error] + counts[(int)SeverityBand.Fatal]) / all;
    }

    // Over less than a second a rate says more about the moment than about the stream.
    private static double? Rate(KnownStretch known) => known.Time == TimeSpan.Zero ? null : known.Records / Math.Max(1, known.Time.TotalSeconds);

    private static double? Highest(List<(DateTimeOffset At, double? LagSeconds)> samples) => samples.Max(sample => sample.LagSeconds);

    private static IReadOnlyList<double?> Spark(OverviewChart chart, int slots, Func<OverviewBucket, double?> value)
    {
        var course = new double?[Math.Max(2, slots)];
        foreach (var bucket in chart.Buckets)
        {
            var slot = (int)((bucket.Start - chart.From) / chart.Width);
            if (slot < course.Length && !bucket.Provisional)
            {
                course[slot] = value(bucket);
            }
        }

        return Thin(course);
    }

    // The mean of neighbours, so that at most sixty points are left.
    private static IReadOnlyList<double?> Thin(IReadOnlyList<double?> course)
    {
        if (course.Count < 2)
        {
            return [];
        }

        var group = (course.Count + SparkPoints - 1) / SparkPoints;
        return [.. course.Chunk(group).Select(part => part.Any(point => point is not null) ? part.Average() : null)];
    }
}
