using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Diagnostics;

namespace LogConsole.Components;

/// <summary>The pages: needs an <see cref="Metrics.IOverviewFeed"/> and a <see cref="TimeProvider"/> from the rooms above.</summary>
public static class ConsoleUiModule
{
    // Nothing but our own files: no inline script, no inline style element, no frames. ApexCharts adds one fixed style element for a
    // legend we do not show (the hash) and style attributes, which cannot run anything.
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-aSysLrDECVdJ6L+jLf8CC5QKLmwRuk/OZiZk9mYky8A='; style-src-attr 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static WebApplicationBuilder AddConsoleUi(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.Configure<CircuitOptions>(static options =>
        {
            // A tab that comes back from sleep finds its circuit; a page holds little, and its whole state is in the URL.
            options.DisconnectedCircuitMaxRetained = 200;
            options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(5);
            options.JSInteropDefaultCallTimeout = TimeSpan.FromSeconds(30);
        });
        builder.Services.AddScoped<ConsoleView>(); // one per circuit
        return builder;
    }

    /// <summary>Maps the pages and their files. Call after the rooms' own endpoints are mapped.</summary>
    public static WebApplication MapConsoleUi(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            context.Response.OnStarting(static state =>
            {
                var response = (HttpResponse)state;
                if (response.ContentType?.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) == true)
                {
                    response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
                    response.Headers.XContentTypeOptions = "nosniff";
                    response.Headers["Referrer-Policy"] = "same-origin";
                }

                return Task.CompletedTask;
            }, context.Response);
            return next(context);
        });
        app.UseStatusCodePagesWithReExecute("/not-found", createScopeForStatusCodePages: true);
        app.Use(static (context, next) =>
        {
            // Programs get their bare status or problem+json; only a person's browser is shown a page.
            if (!WantsPage(context) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
            {
                pages.Enabled = false;
            }

            return next(context);
        });
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(static options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }

    private static bool WantsPage(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method)
        && !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
}
