using LogConsole.Access;
using LogConsole.Components;
using LogConsole.Overview;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LogConsole.Tests.TestSupport;

/// <summary>The real pages on a free loopback port, fed by a <see cref="FakeOverviewFeed"/> and a <see cref="FakeIncidentFeed"/>.</summary>
internal sealed class UiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UiHost(WebApplication app, FakeOverviewFeed feed, FakeLineReader lines, FakeIncidentFeed incidents)
    {
        _app = app;
        Feed = feed;
        Lines = lines;
        Incidents = incidents;
    }

    public FakeOverviewFeed Feed { get; }

    public FakeLineReader Lines { get; }

    public FakeIncidentFeed Incidents { get; }

    /// <summary>With a trailing slash.</summary>
    public string Address => _app.Urls.First() + "/";

    /// <summary>Starts it. Whoever comes is the local user, who may do everything, unless <paramref name="scopes"/> say less.</summary>
    public static async Task<UiHost> StartAsync(params string[] scopes)
    {
        var feed = new FakeOverviewFeed();
        var lines = new FakeLineReader();
        var incidents = new FakeIncidentFeed();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton<IOverviewFeed>(feed).AddSingleton<ILineReader>(lines).AddSingleton<IIncidentFeed>(incidents);
        builder.Services.AddAuthorization(AccessPolicies.AddTo).AddAuthentication(OpenHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, OpenHandler>(OpenHandler.SchemeName, null);
        builder.AddConsoleUi();
        var app = builder.Build();
        app.UseMiddleware<SecurityHeaders>();
        app.UseAuthentication();
        if (scopes.Length != 0)
        {
            app.Use((context, next) =>
            {
                context.User = AccessUser.Create(OpenHandler.SchemeName, "visitor", scopes);
                return next(context);
            });
        }

        app.UseAuthorization();
        app.MapConsoleUi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new UiHost(app, feed, lines, incidents);
    }

    /// <summary>Ends the server as a crash would look from the browser: connections are cut at once.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(patience.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }
}
