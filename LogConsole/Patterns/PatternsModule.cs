using LogConsole.Ingestion.Simulator;
using LogConsole.Pipeline;
using LogConsole.Web;
using Microsoft.Extensions.Options;

namespace LogConsole.Patterns;

/// <summary>Registers template mining and its endpoint.</summary>
public static class PatternsModule
{
    /// <summary>The miner, the stage <see cref="MineTemplates"/>, the store, its retention and the catalogue, one each for the process.</summary>
    public static WebApplicationBuilder AddPatterns(this WebApplicationBuilder builder)
    {
        builder.AddConsoleOptions<DrainOptions>(DrainOptions.Section);
        builder.Services.AddSingleton<TemplateCatalog>();
        builder.Services.AddSingleton<TemplateStore>();
        builder.Services.AddSingleton<TemplateRetention>();
        builder.Services.AddSingleton<DemoTemplates>();
        builder.Services.AddSingleton<IDemoTemplates>(services => services.GetRequiredService<DemoTemplates>());
        builder.Services.AddSingleton<IDemoDataOwner>(services => services.GetRequiredService<DemoTemplates>());
        builder.Services.AddSingleton(services => new TemplateMiner(
            services.GetRequiredService<IOptions<DrainOptions>>().Value,
            services.GetRequiredService<TemplateCatalog>(),
            services.GetRequiredService<ILogger<TemplateMiner>>()));
        builder.Services.AddSingleton<IPipelineState, TemplateLoader>();
        return builder;
    }

    /// <summary>Maps <c>/patterns</c> below <paramref name="api"/>, which brings prefix and authorization.</summary>
    public static IEndpointRouteBuilder MapPatterns(this IEndpointRouteBuilder api)
    {
        api.MapGet("/patterns", ListAsync).WithName("ListPatterns");
        return api;
    }

    private static async Task<IResult> ListAsync(HttpRequest request, TemplateStore store, TimeProvider time, CancellationToken cancellationToken) =>
        TypedResults.Ok(await store.QueryAsync(PatternFilter.Of(new RequestQuery(request, time.GetUtcNow())), cancellationToken).ConfigureAwait(false));
}
