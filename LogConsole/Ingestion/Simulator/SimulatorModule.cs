using LogConsole.Access;
using LogConsole.Web;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Simulator;

/// <summary>Registers the demo stream and maps <c>/api/simulator</c>. Needs <see cref="IDemoData"/> and <see cref="IDemoTemplates"/> from the rooms below.</summary>
public static class SimulatorModule
{
    public static IHostApplicationBuilder AddSimulator(this IHostApplicationBuilder builder)
    {
        builder.AddConsoleOptions<SimulatorOptions>(SimulatorOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<SimulatorOptions>, SimulatorOptionsValidator>();
        AddStream(builder.Services);
        builder.Services.AddHostedService<DemoStream>();
        return builder;
    }

    /// <summary>What the stream needs, without the stream.</summary>
    internal static void AddStream(IServiceCollection services)
    {
        services.AddSingleton<SimulatorStore>();
        services.AddSingleton(provider => new SimulatorControl(
            provider.GetRequiredService<SimulatorStore>(),
            provider.GetRequiredService<IDemoData>(),
            provider.GetRequiredService<IDemoTemplates>(),
            provider.GetRequiredService<IngestGate>(),
            provider.GetRequiredService<IOptions<SimulatorOptions>>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IDemoControl>(provider => provider.GetRequiredService<SimulatorControl>());
        services.AddSingleton<IDemoDataOwner, DemoDeadLetters>();
    }

    /// <summary>Readers see it, administrators change it.</summary>
    public static IEndpointRouteBuilder MapSimulator(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/simulator").WithFaults();
        var read = group.MapGroup("").RequireAuthorization(AccessPolicies.Read);
        read.MapGet("", SimulatorEndpoints.ShowAsync).WithName("Simulator").WithSummary("What the demo stream does.");
        read.MapGet("/truth", SimulatorEndpoints.TruthAsync).WithName("SimulatorTruth").WithSummary("The faults that really happened, with their true causes.");

        var change = group.MapGroup("").RequireAuthorization(AccessPolicies.Admin).DisableAntiforgery();
        change.MapPut("", SimulatorEndpoints.TuneAsync).WithName("SimulatorTune").WithSummary("Changes eventsPerSecond, errorShare, seed; what is left out stays.");
        change.MapPost("/start", SimulatorEndpoints.StartAsync).WithName("SimulatorStart").WithSummary("Starts the demo stream.");
        change.MapPost("/stop", SimulatorEndpoints.StopAsync).WithName("SimulatorStop").WithSummary("Stops the demo stream and answers when nothing more of it comes.");
        change.MapPost("/faults", SimulatorEndpoints.InjectAsync).WithName("SimulatorFault").WithSummary("Lets a fault happen: kind, service, at, duration, intensity, seed.");
        change.MapPost("/clear", SimulatorEndpoints.ClearAsync).WithName("SimulatorClear").WithSummary("Stops the demo stream and removes everything that came from it.");
        return endpoints;
    }
}
