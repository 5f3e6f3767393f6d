using System.Security.Claims;
using LogConsole.Access;
using LogConsole.Access.Auditing;
using LogConsole.Components;
using LogConsole.Components.Controls;
using LogConsole.Ingestion.Simulator;
using LogConsole.Storage;
using LogConsole.Tests.Ingestion.Simulator;
using LogConsole.Tests.TestSupport;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LogConsole.Tests.Components;

/// <summary>What the badge shows to whom.</summary>
public sealed class DemoBadgeTests(PostgresFixture postgres)
{
    [Fact]
    public async Task Badge_DemoRuns_SaysSo_AndOnlyAdministratorsMayChangeIt()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var demo = await DemoHarness.StartAsync(database);
        await demo.WaitAsync(state => state.DemoData);

        var admin = await RenderAsync(demo, AccessScopes.Admin);
        Assert.Contains("demo data", admin, StringComparison.Ordinal);
        Assert.Contains(">Stop</button>", admin, StringComparison.Ordinal);
        Assert.DoesNotContain("Really stop and clear", admin, StringComparison.Ordinal);
        Assert.DoesNotContain("Real records arrive", admin, StringComparison.Ordinal);
        Assert.DoesNotContain(">Stop</button>", await RenderAsync(demo, AccessScopes.Read), StringComparison.Ordinal);

        await demo.Pipeline.SendAsync(Some.LogRecord("real"));
        Assert.Contains("Real records arrive: stop and clear the demo", await RenderAsync(demo, AccessScopes.Admin), StringComparison.Ordinal);
        Assert.DoesNotContain("Real records arrive", await RenderAsync(demo, AccessScopes.Read), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Badge_NothingOfTheDemoIsThere_IsNotThereEither()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var demo = await DemoHarness.StartAsync(database, options => options.Enabled = false);

        Assert.Empty((await RenderAsync(demo, AccessScopes.Admin)).Trim());
    }

    private static async Task<string> RenderAsync(DemoHarness demo, string scope)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IDemoControl>(demo.Control).AddScoped<ConsoleView>();
        services.AddAuthorizationCore(AccessPolicies.AddTo);
        services.AddSingleton<AuthenticationStateProvider>(new Visitor(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "someone"), new Claim(AccessUser.ScopeClaim, scope)], OpenHandler.SchemeName))));
        services.AddSingleton(new PrincipalCheck(null!, null!, Options.Create(new AccessOptions { Mode = AccessMode.Open }))).AddScoped<CircuitActor>(); // users and keys are not asked in this mode
        services.AddSingleton(new AuditLog(demo.Pipeline.Get<Database>(), TimeProvider.System));
        services.AddSingleton<NavigationManager>(new Place());
        await using var provider = services.BuildServiceProvider();
        await using var renderer = new HtmlRenderer(provider, provider.GetRequiredService<ILoggerFactory>());
        return await renderer.Dispatcher.InvokeAsync(async () => (await renderer.RenderComponentAsync<DemoBadge>()).ToHtmlString());
    }

    private sealed class Visitor(ClaimsPrincipal user) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(user));
    }

    private sealed class Place : NavigationManager
    {
        public Place() => Initialize("http://localhost/", "http://localhost/");
    }
}
