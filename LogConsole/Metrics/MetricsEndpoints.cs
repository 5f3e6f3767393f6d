using System.Globalization;
using LogConsole.Ingestion;
using LogConsole.Pipeline.Names;
using LogConsole.Web;
using Microsoft.Extensions.Options;

namespace LogConsole.Metrics;

/// <summary><c>GET /api/metrics/series</c>.</summary>
internal static class MetricsEndpoints
{
    private static readonly TimeSpan s_defaultRange = TimeSpan.FromMinutes(15);

    /// <summary>Maps below <c>/api</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/metrics/series", SeriesAsync)
        .WithName("QuerySeries")
        .WithSummary("Committed rollups over time: metric = log_count, log_rate (a second), error_count or error_rate (share 0–1); by = severity for one series a band.");

    private static async Task<IResult> SeriesAsync(
        HttpRequest request, RollupStore rollups, ListeningStore listening, ServiceCatalog services, IOptions<MetricsOptions> options, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var query = new RequestQuery(request, now);
        var to = query.Moment("to") ?? now;
        var asked = query.Moment("from");
        var from = asked ?? (to - DateTimeOffset.MinValue > s_defaultRange ? to - s_defaultRange : DateTimeOffset.MinValue);
        RequestQuery.CheckRange(from, to);
        var wanted = query.Length("step");
        var metric = query.Text("metric", "name") ?? "log_count";
        if (metric is not ("log_count" or "log_rate" or "error_count" or "error_rate"))
        {
            throw new QueryFaultException("metric", "is unknown; write log_count, log_rate, error_count or error_rate");
        }

        var by = query.Text("by", "group_by");
        if (by is not (null or "severity"))
        {
            throw new QueryFaultException("by", "is unknown; write severity");
        }

        var service = query.Text("service");
        query.RejectOthers();
        var ids = await services.FindIdsAsync(service, cancellationToken).ConfigureAwait(false);
        var grain = await rollups.GrainAsync(BucketWidth.Floor(from, BucketWidth.Thinned), to, cancellationToken).ConfigureAwait(false);
        var step = SeriesStep.For(from, to, wanted, options.Value.MaxPoints, grain);
        var start = BucketWidth.Floor(from, step);
        var points = await rollups.SeverityAsync(start, to, step, ids, cancellationToken).ConfigureAwait(false);

        // Windows are counted whole, the running one as far as it has come.
        var lastWindow = TumblingWindow.Start(TumblingWindow.Of(to.AddTicks(-1)) + 1);
        var end = lastWindow < now || to > now ? lastWindow : now;
        var rates = new KnownRates(await listening.ReadAsync(start, end, cancellationToken).ConfigureAwait(false), step, grain, end);
        if (metric == "log_rate")
        {
            points = await rates.CountsAsync(points, stretches => rollups.SumAsync(stretches, ids, cancellationToken)).ConfigureAwait(false);
        }

        IReadOnlyList<SeriesJson> series = by is not null
            ? [.. points.GroupBy(p => p.Band).OrderBy(g => g.Key).Select(g => new SeriesJson(SeverityBands.Name(g.Key), SeriesMaths.Points(metric, [.. g], rates.Length)))]
            : [new SeriesJson(null, SeriesMaths.Points(metric, points, rates.Length))];
        var notes = Notes(asked, start, wanted, step, grain, options.Value.MaxPoints);
        if (rates.StepsInPart != 0)
        {
            notes.Add($"a console listened to a part of {(rates.StepsInPart == 1 ? "1 step" : $"{rates.StepsInPart} steps")}: the rate there is that of the windows it listened to all through");
        }

        return Results.Json(new AnswerJson(metric, start, to, step.TotalSeconds, service, notes, series));
    }

    // What is answered is not quite what was asked: said, because a graph would not show it.
    private static List<string> Notes(DateTimeOffset? from, DateTimeOffset start, TimeSpan? wanted, TimeSpan step, TimeSpan grain, int maxPoints)
    {
        var notes = new List<string>();
        if (wanted is { } length && length != step)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"step is {step.TotalSeconds} s, not {length.TotalSeconds} s: steps are multiples of {grain.TotalSeconds} s{(grain == BucketWidth.Thinned ? ", as only minutes are kept of old counts," : "")} and an answer has at most {maxPoints} of them"));
        }

        if (from is not null && start != from)
        {
            notes.Add($"from is {start.UtcDateTime:O}, the beginning of the step that was asked for");
        }

        return notes;
    }

    /// <summary>The answer.</summary>
    /// <param name="Notes">Sentences on where the answer differs from the question.</param>
    private sealed record AnswerJson(
        string Metric, DateTimeOffset From, DateTimeOffset To, double StepSeconds, string? Service, IReadOnlyList<string> Notes, IReadOnlyList<SeriesJson> Series);

    private sealed record SeriesJson(string? Severity, IReadOnlyList<SeriesPoint> Points);
}
