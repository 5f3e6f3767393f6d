using System.Security.Claims;
using LogConsole.Access;
using LogConsole.Components;
using LogConsole.Ingestion.Simulator;
using LogConsole.Overview;
using LogConsole.Storage;
using LogConsole.Streaming;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace LogConsole.Tests.TestSupport;

/// <summary>The real pages on a free loopback port, fed by a <see cref="FakeOverviewFeed"/>, a <see cref="FakeStreamFeed"/>, a <see cref="FakeIncidentFeed"/> and a <see cref="FakeSystemFeed"/>.</summary>
internal sealed class UiHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private UiHost(WebApplication app, FakeOverviewFeed feed, FakeLineReader lines, FakeStreamFeed stream, FakeIncidentFeed incidents, FakeSystemFeed system)
    {
        _app = app;
        Feed = feed;
        Lines = lines;
        Stream = stream;
        Incidents = incidents;
        SystemFeed = system;
    }

    public FakeOverviewFeed Feed { get; }

    public FakeLineReader Lines { get; }

    public FakeStreamFeed Stream { get; }

    public FakeIncidentFeed Incidents { get; }

    public FakeSystemFeed SystemFeed { get; }

    /// <summary>With a trailing slash.</summary>
    public string Address => _app.Urls.First() + "/";

    /// <summary>Starts it. Whoever comes is the local user, who may do everything, unless <paramref name="scopes"/> say less.</summary>
    public static Task<UiHost> StartAsync(params string[] scopes) => StartAsync(TimeProvider.System, scopes);

    /// <summary>Starts it with a clock of its own.</summary>
    public static async Task<UiHost> StartAsync(TimeProvider time, params string[] scopes)
    {
        var feed = new FakeOverviewFeed();
        var lines = new FakeLineReader();
        var stream = new FakeStreamFeed(time);
        var incidents = new FakeIncidentFeed();
        var system = new FakeSystemFeed();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Access:Mode", (string?)"Open")]);
        var database = new Database(time);
        database.Open(NpgsqlDataSource.Create("Host=127.0.0.1;Port=1"));
        builder.Services.AddSingleton(time).AddSingleton<IOverviewFeed>(feed).AddSingleton<ILineReader>(lines).AddSingleton<IStreamFeed>(stream).AddSingleton<IIncidentFeed>(incidents).AddSingleton<ISystemFeed>(system).AddSingleton<IDemoControl>(new FakeDemoControl()).AddSingleton(database);
        builder.AddAccess();
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        if (scopes.Length != 0)
        {
            builder.Services.AddSingleton<IClaimsTransformation>(new OnlyScopes(scopes));
        }

        builder.AddConsoleUi();
        var app = builder.Build();
        app.UseAccess();
        app.MapConsoleUi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new UiHost(app, feed, lines, stream, incidents, system);
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

    private sealed class OnlyScopes(string[] scopes) : IClaimsTransformation
    {
        public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal) => Task.FromResult(new ClaimsPrincipal(
            new ClaimsIdentity([new Claim(ClaimTypes.Name, "visitor"), .. scopes.Select(scope => new Claim(AccessUser.ScopeClaim, scope))], principal.Identity?.AuthenticationType)));
    }
}
