using LogConsole.Anomalies.Detectors;
using LogConsole.Anomalies.Incidents;
using LogConsole.Ingestion;
using LogConsole.Metrics;

namespace LogConsole.Overview;

/// <summary>Reads the courses of an incident's series around its time. Throws what the database throws.</summary>
internal sealed class SeriesReader(RollupStore rollups, ListeningStore listening, TimeProvider time)
{
    private static readonly TimeSpan s_leastBefore = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_mostBefore = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_after = TimeSpan.FromMinutes(5);

    /// <summary>One course for each of the most telling series; the series that names the incident first.</summary>
    public async Task<IReadOnlyList<IncidentSeries>> ReadAsync(Incident incident, IReadOnlyList<Anomaly> anomalies, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (from, to, width) = Span(incident, now, BucketWidth.Rollup);
        if (await rollups.GrainAsync(from, to, cancellationToken).ConfigureAwait(false) is var grain && grain > width)
        {
            (from, to, width) = Span(incident, now, grain);
        }

        var listened = await listening.ReadAsync(from, to, cancellationToken).ConfigureAwait(false);
        var courses = new List<IncidentSeries>();
        foreach (var anomaly in Leading(incident, anomalies))
        {
            var measure = MeasureOf(anomaly);
            var values = measure == SeriesMeasure.Template
                ? await TemplateAsync(anomaly.Detected.TemplateId!.Value, from, to, width, cancellationToken).ConfigureAwait(false)
                : await ServiceAsync(anomaly.ServiceId, measure, from, to, width, cancellationToken).ConfigureAwait(false);
            courses.Add(Heard(new IncidentSeries(anomaly.Id, anomaly.Service, measure, from, to, width, values, BandOf(anomaly)), listened));
        }

        return courses;
    }

    /// <summary>As long before as it lasted, an hour at most, and a little after; never beyond the last whole bucket.</summary>
    internal static (DateTimeOffset From, DateTimeOffset To, TimeSpan Width) Span(Incident incident, DateTimeOffset now, TimeSpan grain)
    {
        var length = incident.LastAt - incident.StartedAt;
        var before = length < s_leastBefore ? s_leastBefore : length > s_mostBefore ? s_mostBefore : length;
        var end = incident.LastAt + s_after > now && now > incident.LastAt ? now : incident.LastAt + s_after;
        var width = BucketWidth.For(end - incident.StartedAt + before);
        width = width > grain ? width : grain;
        return (BucketWidth.Floor(incident.StartedAt - before, width), BucketWidth.Floor(end, width), width);
    }

    /// <summary>The most telling series: first the one that the incident's headline tells of.</summary>
    internal static IEnumerable<Anomaly> Leading(Incident incident, IReadOnlyList<Anomaly> anomalies) => anomalies
        .OrderBy(anomaly => !incident.Title.StartsWith(TitleWords(anomaly), StringComparison.Ordinal))
        .ThenBy(anomaly => anomaly.Detected.Detector == NewErrorTemplateDetector.NewErrorTemplate)
        .ThenBy(anomaly => anomaly.Detected.StartWindow).ThenByDescending(anomaly => anomaly.Detected.Score)
        .DistinctBy(anomaly => (anomaly.ServiceId, anomaly.Detected.Series))
        .Take(IncidentDetail.MaxSeries);

    /// <summary>The course with what nobody listened to as unknown: a bucket without records is one of silence only where a console would have heard them.</summary>
    internal static IncidentSeries Heard(IncidentSeries course, ListenedTime listened)
    {
        bool IsEmpty(int bucket) => course.Measure == SeriesMeasure.ErrorShare ? course.Values[bucket] is null : course.Values[bucket] is 0;
        bool IsUnheard(int bucket) => IsEmpty(bucket) && !listened.Covers(course.From + (bucket * course.Width), course.From + ((bucket + 1) * course.Width));

        var unheard = Enumerable.Range(0, course.Values.Count).Where(IsUnheard).ToHashSet();
        return unheard.Count == 0 ? course : course with
        {
            Values = [.. course.Values.Select((value, bucket) => unheard.Contains(bucket) ? null : value)],
            Unheard = [.. unheard.Order().Select(bucket => course.From + (bucket * course.Width))],
        };
    }

    // A headline begins with what its anomaly is and where; its numbers may have been told anew since.
    private static string TitleWords(Anomaly anomaly) => anomaly.Detected.Detector switch
    {
        ErrorShareDetector.ErrorShare => $"Error share of {anomaly.Service} ",
        VolumeDetector.Volume => $"Volume of {anomaly.Service} ",
        SilenceDetector.Silence => $"{anomaly.Service} has sent nothing ",
        NewErrorTemplateDetector.NewErrorTemplate => $"New error in {anomaly.Service}",
        _ => $"{anomaly.Detected.Series} of {anomaly.Service} ",
    };

    private static SeriesMeasure MeasureOf(Anomaly anomaly) => anomaly.Detected switch
    {
        { Detector: ErrorShareDetector.ErrorShare } => SeriesMeasure.ErrorShare,
        { TemplateId: not null } => SeriesMeasure.Template,
        _ => SeriesMeasure.LogRate,
    };

    // A silence is judged in seconds and a new template against none: neither has a band in the measure's unit.
    private static SeriesBand? BandOf(Anomaly anomaly) =>
        anomaly.Detected.Detector is ErrorShareDetector.ErrorShare or VolumeDetector.Volume ? new SeriesBand(anomaly.Detected.Low, anomaly.Detected.High) : null;

    private async Task<IReadOnlyList<double?>> ServiceAsync(
        int service, SeriesMeasure measure, DateTimeOffset from, DateTimeOffset to, TimeSpan width, CancellationToken cancellationToken)
    {
        var points = await rollups.SeverityAsync(from, to, width, [service], cancellationToken).ConfigureAwait(false);
        var records = new long[Buckets(from, to, width)];
        var errors = new long[records.Length];
        foreach (var point in points)
        {
            var bucket = (int)((point.Start - from) / width);
            if (bucket < 0 || bucket >= records.Length)
            {
                continue;
            }

            records[bucket] += point.Count;
            errors[bucket] += point.Band >= SeverityBand.Error ? point.Count : 0;
        }

        return measure == SeriesMeasure.ErrorShare
            ? [.. records.Select((count, i) => count == 0 ? (double?)null : (double)errors[i] / count)]
            : [.. records.Select(count => (double?)(count / width.TotalSeconds))];
    }

    private async Task<IReadOnlyList<double?>> TemplateAsync(int template, DateTimeOffset from, DateTimeOffset to, TimeSpan width, CancellationToken cancellationToken)
    {
        var counts = new double?[Buckets(from, to, width)];
        Array.Fill(counts, 0);
        var most = (int)Math.Min((to - from) / BucketWidth.Rollup, 20_000);
        foreach (var window in await rollups.WindowsWithTemplateAsync(from, to, template, most, cancellationToken).ConfigureAwait(false))
        {
            var bucket = (int)((window.Start - from) / width);
            if (bucket >= 0 && bucket < counts.Length)
            {
                counts[bucket] += window.Count;
            }
        }

        return counts;
    }

    private static int Buckets(DateTimeOffset from, DateTimeOffset to, TimeSpan width) => Math.Max(0, (int)((to - from) / width));
}
