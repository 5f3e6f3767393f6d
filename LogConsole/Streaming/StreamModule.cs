using LogConsole.Pipeline;
using LogConsole.Pipeline.Names;

namespace LogConsole.Streaming;

/// <summary>Registration of what the Stream page reads.</summary>
public static class StreamModule
{
    public static void AddStream(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(provider =>
        {
            var names = provider.GetRequiredService<ServiceCatalog>();
            return new LiveTail(id => names[id].Name, provider.GetRequiredService<TimeProvider>());
        });
        services.AddSingleton<IBatchObserver>(provider => provider.GetRequiredService<LiveTail>());
        services.AddSingleton<IPipelineState>(provider => provider.GetRequiredService<LiveTail>());
        services.AddSingleton<IStreamFeed, StreamFeed>();
    }
}
