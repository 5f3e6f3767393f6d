using LogConsole.Anomalies.Detection;
using LogConsole.Anomalies.Explanations;
using LogConsole.Anomalies.Incidents;
using LogConsole.Ingestion.Simulator;
using Microsoft.Extensions.Options;

namespace LogConsole.Anomalies;

/// <summary>Registration of detection, incidents and their explanations.</summary>
public static class AnomaliesModule
{
    /// <summary>Adds the job and what pages and endpoints read.</summary>
    public static void AddAnomalies(this WebApplicationBuilder builder)
    {
        builder.AddConsoleOptions<AnomalyOptions>(AnomalyOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<AnomalyOptions>, AnomalyOptionsValidator>();
        AddParts(builder.Services);
        builder.Services.AddHostedService<DetectionJob>();
    }

    /// <summary>Maps anomalies and incidents for readers, and what is done with incidents.</summary>
    /// <param name="operate">The group of those who may act on incidents.</param>
    public static void MapAnomalies(this IEndpointRouteBuilder api, IEndpointRouteBuilder operate)
    {
        AnomalyEndpoints.Map(api);
        IncidentEndpoints.Map(api, operate);
    }

    /// <summary>Everything but the options and the job.</summary>
    internal static void AddParts(IServiceCollection services)
    {
        services.AddSingleton<IncidentWriter>();
        services.AddSingleton<IncidentStore>();
        services.AddSingleton<IncidentWatch>();
        services.AddSingleton<IncidentRetention>();
        services.AddSingleton<IDemoDataOwner, DemoIncidents>();
        services.AddSingleton<DetectionStore>();
        services.AddSingleton<DetectionParts>();
        services.AddSingleton<EvidenceReader>();
        services.AddSingleton<TemplateRiseReader>();
        services.AddSingleton<ExplanationMaker>();
        services.AddSingleton<IncidentExplainer>();
        services.AddSingleton<ServiceHealthReader>();
        services.AddSingleton<DetectionLag>();
    }
}
