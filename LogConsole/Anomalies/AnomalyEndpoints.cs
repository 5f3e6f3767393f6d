using LogConsole.Anomalies.Incidents;
using LogConsole.Metrics;
using LogConsole.Pipeline.Names;
using LogConsole.Web;

namespace LogConsole.Anomalies;

/// <summary><c>GET /api/anomalies</c> and <c>GET /api/services/health</c>.</summary>
internal static class AnomalyEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    /// <summary>Maps below <c>/api</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/anomalies", ListAsync)
            .WithName("QueryAnomalies").WithSummary("Stretches of series outside their band, newest start first: from, to, service, detector, min_score, limit, cursor.");
        api.MapGet("/services/health", HealthAsync)
            .WithName("ServiceHealth").WithSummary("How every service fares: ok, learning, anomalous or silent, with rate, error share and the last half hour.");
    }

    /// <summary>The ids of names separated by commas; null without any.</summary>
    public static async Task<int[]?> ServiceIdsAsync(string? names, ServiceCatalog services, CancellationToken cancellationToken)
    {
        if (names is null)
        {
            return null;
        }

        var wanted = names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (wanted.Any(name => services.IdsOf(name).Length == 0))
        {
            await services.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        return [.. wanted.SelectMany(services.IdsOf)];
    }

    private static async Task<IResult> ListAsync(HttpRequest request, IncidentStore store, ServiceCatalog services, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new RequestQuery(request, time.GetUtcNow());
        var limit = query.Int32(DefaultLimit, 1, MaxLimit, "limit", "top_k");
        var service = query.Text("service");
        var filter = new AnomalyFilter
        {
            From = query.Moment("from"),
            To = query.Moment("to"),
            Detector = query.Text("detector"),
            MinScore = query.Int32(0, 0, 100, "min_score", "minScore"),
            After = PageCursor.Read(query),
            Limit = limit + 1,
        };
        query.RejectOthers();
        filter = filter with { ServiceIds = await ServiceIdsAsync(service, services, cancellationToken).ConfigureAwait(false) };
        var found = await store.AnomaliesAsync(filter, cancellationToken).ConfigureAwait(false);
        var page = found.Take(limit).ToList();
        return Results.Json(
            new { Anomalies = page.Select(AnomalyAnswer.Of), NextCursor = found.Count > limit ? PageCursor.Write(TumblingWindow.Start(page[^1].Detected.StartWindow), page[^1].Id) : null },
            AnomalyJson.Options);
    }

    private static async Task<IResult> HealthAsync(HttpRequest request, ServiceHealthReader health, CancellationToken cancellationToken)
    {
        RequestQuery.RejectAll(request);
        var services = await health.ReadAsync(cancellationToken).ConfigureAwait(false);
        return Results.Json(
            new
            {
                Services = services.Select(service => new
                {
                    Id = service.Id.ToString(),
                    service.Name,
                    Demo = service.IsDemo,
                    State = service.Condition,
                    service.Learned,
                    service.LearningNeeded,
                    service.RatePerSecond,
                    service.ErrorShare,
                    service.Sparkline,
                    IncidentId = service.IncidentId?.ToString(),
                }),
            },
            AnomalyJson.Options);
    }
}

/// <summary>An anomaly as it is answered.</summary>
internal sealed record AnomalyAnswer(
    string Id, string? IncidentId, string Service, string Detector, int DetectorVersion, string Series, string? TemplateId, AnomalyDirection Direction, DateTimeOffset Start,
    DateTimeOffset End, DateTimeOffset FoundAt, bool Ended, double Score, double Value, double Low, double High, IReadOnlyList<AnomalyFactor> Factors)
{
    public static AnomalyAnswer Of(Anomaly anomaly)
    {
        var detected = anomaly.Detected;
        return new AnomalyAnswer(
            anomaly.Id.ToString(), anomaly.IncidentId?.ToString(), anomaly.Service, detected.Detector, detected.Version, detected.Series, detected.TemplateId?.ToString(), detected.Direction,
            TumblingWindow.Start(detected.StartWindow), TumblingWindow.Start(detected.LastWindow + 1), TumblingWindow.Start(anomaly.FoundWindow + 1), anomaly.HasEnded,
            detected.Score, detected.Value, detected.Low, detected.High, detected.Factors);
    }
}
