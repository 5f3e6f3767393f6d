using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Pipeline;
using LogConsole.Pipeline.Names;
using LogConsole.Storage;

namespace LogConsole.Overview;

/// <summary>Registration of what the live page reads.</summary>
public static class OverviewModule
{
    public static void AddOverview(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<OverviewQueries>();
        services.AddSingleton<SampledHistory>();
        services.AddHostedService(provider => provider.GetRequiredService<SampledHistory>());
        services.AddSingleton<LatestLines>();
        services.AddSingleton<IBatchObserver>(provider => provider.GetRequiredService<LatestLines>());
        services.AddSingleton<IPipelineState>(provider => provider.GetRequiredService<LatestLines>());
        services.AddSingleton<ReceivedRate>();
        services.AddSingleton<IBatchObserver>(provider => provider.GetRequiredService<ReceivedRate>());
        services.AddSingleton<StatusReader>();
        services.AddSingleton<IOverviewFeed, OverviewFeed>();
        services.AddSingleton<ILineReader, LineReader>();
        services.AddSingleton<SourceTally>();
        services.AddSingleton<IBatchObserver>(provider => provider.GetRequiredService<SourceTally>());
        services.AddSingleton<SystemQueries>();
        services.AddSingleton<SystemReader>();
        services.AddSingleton<ISystemFeed, SystemFeed>();
        services.AddSingleton<SeriesReader>();
        services.AddSingleton<IncidentReader>();
        services.AddSingleton<IIncidentFeed, IncidentFeed>();
        services.AddSingleton(provider => new ViewSources(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<RollupStore>(), provider.GetRequiredService<WindowChanges>(),
            provider.GetRequiredService<ILogStore>(), provider.GetRequiredService<OverviewQueries>(), provider.GetRequiredService<SampledHistory>(), provider.GetRequiredService<ListeningStore>(),
            provider.GetRequiredService<ServiceCatalog>(), provider.GetRequiredService<LatestLines>(), provider.GetRequiredService<TimeProvider>()));
    }
}
