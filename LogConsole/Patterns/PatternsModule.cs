using Microsoft.Extensions.Options;

namespace LogConsole.Patterns;

/// <summary>Registers template mining and its endpoint.</summary>
public static class PatternsModule
{
    /// <summary>The miner, the stage <see cref="MineTemplates"/>, the store and the catalogue, one each for the process.</summary>
    public static WebApplicationBuilder AddPatterns(this WebApplicationBuilder builder)
    {
        builder.AddConsoleOptions<DrainOptions>(DrainOptions.Section);
        builder.Services.AddSingleton<TemplateCatalog>();
        builder.Services.AddSingleton<TemplateStore>();
        builder.Services.AddSingleton(services => new TemplateMiner(
            services.GetRequiredService<IOptions<DrainOptions>>().Value,
            services.GetRequiredService<TemplateCatalog>(),
            services.GetRequiredService<ILogger<TemplateMiner>>()));
        builder.Services.AddSingleton<TemplateLoader>();
        builder.Services.AddSingleton<MineTemplates>();
        return builder;
    }

    /// <summary>Maps <c>/patterns</c> below <paramref name="api"/>, which brings prefix and authorization.</summary>
    public static IEndpointRouteBuilder MapPatterns(this IEndpointRouteBuilder api)
    {
        api.MapGet("/patterns", ListAsync).WithName("ListPatterns");
        return api;
    }

    private static async Task<IResult> ListAsync(HttpRequest request, TemplateStore store, CancellationToken cancellationToken) =>
        PatternFilter.TryParse(request.Query, out var filter, out var errors)
            ? TypedResults.Ok(await store.QueryAsync(filter, cancellationToken).ConfigureAwait(false))
            : TypedResults.ValidationProblem(errors);
}
