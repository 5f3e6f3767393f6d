using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using LogConsole.Access.Auditing;
using LogConsole.Access.Keys;
using LogConsole.Access.Users;
using LogConsole.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace LogConsole.Access;

/// <summary>Registers access and puts its walls in front of every endpoint.</summary>
public static class AccessModule
{
    private const string BrowserOrProgram = "BrowserOrProgram";

    public static IHostApplicationBuilder AddAccess(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddConsoleOptions<AccessOptions>(AccessOptions.Section);
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddAuthorization(AccessPolicies.AddTo);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, PageOrRefusal>();
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitRevalidation>();
        services.AddAntiforgery(options => options.Cookie.Name = "logconsole.form");
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = SignInEndpoints.TellTooManyAsync;
            options.AddPolicy(SignInEndpoints.RateLimit, OneAddress);
        });
        services.AddAccessServices();
        services.AddHostedService<AccessStart>();
        services.AddHostedService<ApiKeyUse>();
        services.AddHostedService<AccessHousekeeping>();
        SealWithKeysOfTheDatabase(builder);

        var isOpen = ModeOf(builder.Configuration) == AccessMode.Open;
        var authentication = services.AddAuthentication(isOpen ? OpenHandler.SchemeName : BrowserOrProgram);
        if (isOpen)
        {
            authentication.AddScheme<AuthenticationSchemeOptions, OpenHandler>(OpenHandler.SchemeName, null);
            return builder;
        }

        authentication.AddPolicyScheme(BrowserOrProgram, null, options => options.ForwardDefaultSelector = CookieSetup.SchemeOf);
        authentication.AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        authentication.AddCookie(CookieAuthenticationDefaults.AuthenticationScheme);
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<IOptions<AccessOptions>>((cookie, access) => CookieSetup.Configure(cookie, access.Value));
        return builder;
    }

    /// <summary>Users, keys and audit without a web server around them: what the command line needs too.</summary>
    internal static IServiceCollection AddAccessServices(this IServiceCollection services)
    {
        services.AddSingleton<AuditLog>();
        services.AddSingleton<UserStore>();
        services.AddSingleton<UserStates>();
        services.AddSingleton<AccessLinks>();
        services.AddSingleton<SignInFailures>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<ApiKeyStore>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<PrincipalCheck>();
        services.AddSingleton<UserDirectory>();
        services.AddSingleton<ApiKeyDirectory>();
        return services;
    }

    /// <summary>
    /// Throws <see cref="StartupException"/> when mode <see cref="AccessMode.Open"/> would serve others than this machine. Call before any endpoint runs.
    /// Until the database was ready once, everything but the probes is told to wait: nobody can be known yet.
    /// </summary>
    public static WebApplication UseAccess(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value;
        var isOpen = options.Mode == AccessMode.Open;
        app.UseMiddleware<SecurityHeaders>();
        if (isOpen)
        {
            if (LoopbackGuard.RefusalOf(ConfiguredUrls(app.Configuration)) is { } refusal)
            {
                throw new StartupException(ExitCodes.Configuration, refusal);
            }

            app.UseMiddleware<LoopbackGuard>();
        }

        UseTrustedProxies(app, options.TrustedProxies);
        app.UseWaitingPage(tellsWhy: isOpen);
        app.UseAuthentication();
        if (!isOpen)
        {
            app.UseMiddleware<OriginGuard>();
        }

        app.UseMiddleware<AuditRequests>();
        app.UseRateLimiter();
        app.UseAuthorization();
        if (!isOpen)
        {
            app.MapSignIn();
        }

        return app;
    }

    // Read before the options exist, because the schemes depend on it. What is no mode is told with all other faults, by the check of the options.
    private static AccessMode ModeOf(IConfiguration configuration) =>
        Enum.TryParse<AccessMode>(configuration[$"{AccessOptions.Section}:{nameof(AccessOptions.Mode)}"], ignoreCase: true, out var mode) ? mode : AccessMode.Users;

    private static IEnumerable<string> ConfiguredUrls(IConfiguration configuration)
    {
        const StringSplitOptions split = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        IEnumerable<string> Ports(string key, string scheme) => (configuration[key] ?? "").Split(';', split).Select(port => $"{scheme}://*:{port}");
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>();

        // Where addresses are given, the server ignores the ports.
        var urls = (configuration["urls"] ?? "").Split(';', split);
        return [.. endpoints, .. urls.Length > 0 ? urls : Ports("http_ports", "http").Concat(Ports("https_ports", "https"))];
    }

    private static void UseTrustedProxies(WebApplication app, List<string> proxies)
    {
        if (proxies.Count == 0)
        {
            return;
        }

        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (IPAddress.TryParse(proxy, out var address))
            {
                forwarded.KnownProxies.Add(address);
            }
            else
            {
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
            }
        }

        app.UseForwardedHeaders(forwarded);
    }

    private static RateLimitPartition<string> OneAddress(HttpContext context)
    {
        var limit = context.RequestServices.GetRequiredService<IOptions<AccessOptions>>().Value.SignInsPerMinute;
        return RateLimitPartition.GetFixedWindowLimiter(
            NetworkOf(context.Connection.RemoteIpAddress), _ => new FixedWindowRateLimiterOptions { PermitLimit = limit, Window = TimeSpan.FromMinutes(1) });
    }

    // Whoever has one IPv6 address has the 2^64 of its network.
    private static string NetworkOf(IPAddress? address) =>
        address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? Convert.ToHexString(address.GetAddressBytes()[..8]) : address?.ToString() ?? "";

    // Without this every restart would sign everybody out and break the forms that are open.
    private static void SealWithKeysOfTheDatabase(IHostApplicationBuilder builder)
    {
        builder.Services.AddDataProtection().SetApplicationName("LogConsole");
        builder.Services.AddSingleton<DataProtectionKeys>();
        builder.Services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeys>((options, keys) => options.XmlRepository = keys);

        // It asks for the keys before the database is there, and complains; what matters is told by DataProtectionKeys.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement", LogLevel.Critical);
    }
}
