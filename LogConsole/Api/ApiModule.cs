using LogConsole.Ingestion;
using LogConsole.Telemetry;
using LogConsole.Web;

namespace LogConsole.Api;

/// <summary>Endpoints that belong to no room.</summary>
public static class ApiModule
{
    public static void AddApi(this WebApplicationBuilder builder)
    {
        builder.AddApiFaults();
        builder.Services.AddSingleton<CurrentFigures>();
        builder.Services.AddSingleton(provider => new HealthFigures(provider.GetRequiredService<CurrentFigures>().ReadAsync, () => provider.GetRequiredService<IngestGate>().Reason));
        builder.Services.AddSingleton(new ProcessStart(TimeProvider.System.GetUtcNow()));
    }

    /// <summary>Maps <c>/metrics</c> below <c>/api</c>: the key figures as one flat object.</summary>
    public static void MapApi(this IEndpointRouteBuilder api) => api.MapGet("/metrics", FiguresAsync)
        .WithName("CurrentMetrics").WithSummary("Key figures now: log_rate (records a second), error_rate (share 0–1), storage_used (bytes) …");

    private static async Task<IResult> FiguresAsync(HttpRequest request, CurrentFigures figures, CancellationToken cancellationToken)
    {
        RequestQuery.RejectAll(request);
        return Results.Json(await figures.ReadAsync(cancellationToken).ConfigureAwait(false));
    }
}
