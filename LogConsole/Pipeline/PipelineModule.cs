using LogConsole.Ingestion.Simulator;
using LogConsole.Pipeline.Names;

namespace LogConsole.Pipeline;

/// <summary>Registration of the pipeline.</summary>
public static class PipelineModule
{
    /// <summary>Adds the loop with its stages in the given order; names are resolved before the first of them.</summary>
    public static void AddPipeline(this WebApplicationBuilder builder, Func<StageList, StageList> stages)
    {
        builder.AddConsoleOptions<PipelineOptions>(PipelineOptions.Section);
        var services = builder.Services;
        services.AddSingleton<PipelineCounters>();
        services.AddSingleton<ServiceCatalog>();
        services.AddSingleton<IPipelineState>(provider => provider.GetRequiredService<ServiceCatalog>());
        services.AddSingleton<StageRunner>();
        services.AddSingleton<IDemoData, DemoData>();
        services.AddSingleton<IDemoDataOwner, DemoNames>();
        services.AddSingleton<BatchProcessor>();
        services.AddSingleton<LogPipeline>();
        services.AddHostedService(provider => provider.GetRequiredService<LogPipeline>());
        stages(new StageList(services).Then<ResolveNames>());
    }

    /// <summary>Maps statistics for readers, flush and reset for administrators.</summary>
    public static void MapPipeline(this IEndpointRouteBuilder api, IEndpointRouteBuilder admin) => PipelineEndpoints.Map(api, admin);
}

/// <summary>The stages in the order a record passes them.</summary>
public sealed class StageList(IServiceCollection services)
{
    /// <summary>Adds the next stage.</summary>
    public StageList Then<TStage>()
        where TStage : class, ILogStage
    {
        services.AddSingleton<ILogStage, TStage>();
        return this;
    }
}
