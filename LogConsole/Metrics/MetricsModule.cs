using LogConsole.Ingestion.Simulator;
using LogConsole.Pipeline;

namespace LogConsole.Metrics;

/// <summary>Registration of windows, rollups and series.</summary>
public static class MetricsModule
{
    /// <summary>Adds the stores; the stage <see cref="AggregateMetrics"/> is named in the pipeline's list.</summary>
    public static void AddMetricsRoom(this WebApplicationBuilder builder)
    {
        builder.AddConsoleOptions<MetricsOptions>(MetricsOptions.Section);
        var services = builder.Services;
        services.AddSingleton<RollupStore>();
        services.AddSingleton<RollupRetention>();
        services.AddSingleton<ListeningStore>();
        services.AddSingleton<Listening>();
        services.AddHostedService(provider => provider.GetRequiredService<Listening>());
        services.AddSingleton<IDemoDataOwner, DemoRollups>();
        services.AddSingleton<WindowChanges>();
        services.AddSingleton<IPipelineState>(provider => provider.GetRequiredService<WindowChanges>());
        services.AddSingleton<SourceClocks>();
        services.AddSingleton<IPipelineState>(provider => provider.GetRequiredService<SourceClocks>());
    }

    /// <summary>Maps the series API.</summary>
    public static void MapMetricsRoom(this IEndpointRouteBuilder api) => MetricsEndpoints.Map(api);
}
