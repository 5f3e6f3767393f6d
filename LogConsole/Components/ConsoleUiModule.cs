using LogConsole.Overview;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Diagnostics;

namespace LogConsole.Components;

/// <summary>The pages: needs an <see cref="IOverviewFeed"/>, an <see cref="LogConsole.Streaming.IStreamFeed"/> and a <see cref="TimeProvider"/> from the rooms above.</summary>
public static class ConsoleUiModule
{
    public static WebApplicationBuilder AddConsoleUi(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents().AddHubOptions(static options =>
        {
            // The browser hears from us at least this often: silence.js says so when it does not for longer.
            options.KeepAliveInterval = TimeSpan.FromSeconds(4);
        });
        builder.Services.Configure<CircuitOptions>(static options =>
        {
            // A tab that comes back from sleep finds its circuit; a page holds little, and its whole state is in the URL.
            options.DisconnectedCircuitMaxRetained = 200;
            options.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(5);
            options.JSInteropDefaultCallTimeout = TimeSpan.FromSeconds(30);
        });
        builder.Services.AddScoped<ConsoleView>(); // one per circuit
        builder.Services.AddScoped<CircuitActor>();
        builder.Services.AddScoped<CircuitHandler, ConnectionHandler>();
        return builder;
    }

    /// <summary>Maps the pages and their files. Call after the rooms' own endpoints are mapped.</summary>
    public static WebApplication MapConsoleUi(this WebApplication app)
    {
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
