using System.Security.Claims;
using System.Threading.RateLimiting;
using LogConsole.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace LogConsole.Access;

/// <summary>Registers access and puts its walls in front of every endpoint.</summary>
public static class AccessModule
{
    private const string KeysScheme = "Keys";
    private const string CookieName = "logconsole";
    private const int SignInsPerMinute = 10;

    public static IHostApplicationBuilder AddAccess(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddConsoleOptions<AccessOptions>(AccessOptions.Section);
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.AddSingleton<ApiKeys>();
        services.AddAuthorization(AccessPolicies.AddTo);
        services.AddAntiforgery(options => options.Cookie.Name = "logconsole.form");
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.AddPolicy(SignInEndpoints.RateLimit, OneAddress);
        });
        KeepKeysAcrossRestarts(builder);

        var isOpen = ModeOf(builder.Configuration) == AccessMode.Open;
        var authentication = services.AddAuthentication(isOpen ? OpenHandler.SchemeName : KeysScheme);
        if (isOpen)
        {
            authentication.AddScheme<AuthenticationSchemeOptions, OpenHandler>(OpenHandler.SchemeName, null);
            return builder;
        }

        authentication.AddPolicyScheme(KeysScheme, null, options => options.ForwardDefaultSelector = SchemeOf);
        authentication.AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null);
        authentication.AddCookie(CookieAuthenticationDefaults.AuthenticationScheme);
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<IOptions<AccessOptions>>((cookie, access) => Configure(cookie, access.Value));
        return builder;
    }

    /// <summary>
    /// Throws <see cref="StartupException"/> when mode <see cref="AccessMode.Open"/> would serve others than this machine. Call before any endpoint runs.
    /// </summary>
    public static WebApplication UseAccess(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<AccessOptions>>().Value;
        app.UseMiddleware<SecurityHeaders>();
        if (options.Mode == AccessMode.Open)
        {
            if (LoopbackGuard.RefusalOf(ConfiguredUrls(app.Configuration)) is { } refusal)
            {
                throw new StartupException(ExitCodes.Configuration, refusal);
            }

            app.UseMiddleware<LoopbackGuard>();
        }

        app.UseAuthentication();
        if (options.Mode == AccessMode.Keys)
        {
            app.UseMiddleware<OriginGuard>();
        }

        app.UseRateLimiter();
        app.UseAuthorization();
        if (options.Mode == AccessMode.Keys)
        {
            app.MapSignIn();
        }

        return app;
    }

    // Read before the options exist, because the schemes depend on it.
    private static AccessMode ModeOf(IConfiguration configuration)
    {
        const string key = $"{AccessOptions.Section}:{nameof(AccessOptions.Mode)}";
        if (configuration[key] is not { Length: > 0 } text)
        {
            return AccessMode.Open;
        }

        // What is no mode is told with all other faults, by the check of the options.
        return Enum.TryParse<AccessMode>(text, ignoreCase: true, out var mode) && Enum.IsDefined(mode) ? mode : AccessMode.Open;
    }

    private static IEnumerable<string> ConfiguredUrls(IConfiguration configuration)
    {
        const StringSplitOptions split = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        IEnumerable<string> Ports(string key, string scheme) => (configuration[key] ?? "").Split(';', split).Select(port => $"{scheme}://*:{port}");
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>();

        // Where addresses are given, the server ignores the ports.
        var urls = (configuration["urls"] ?? "").Split(';', split);
        return [.. endpoints, .. urls.Length > 0 ? urls : Ports("http_ports", "http").Concat(Ports("https_ports", "https"))];
    }

    // Programs send a key or nothing; browsers ask for pages and then carry the cookie.
    private static string SchemeOf(HttpContext context)
    {
        var request = context.Request;
        var isBrowser = request.Cookies.ContainsKey(CookieName) || AsksForPage(request);
        return isBrowser && !request.Headers.ContainsKey("Authorization") ? CookieAuthenticationDefaults.AuthenticationScheme : ApiKeyHandler.SchemeName;
    }

    private static bool AsksForPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static void Configure(CookieAuthenticationOptions cookie, AccessOptions access)
    {
        cookie.Cookie.Name = CookieName;
        cookie.Cookie.HttpOnly = true;

        // Lax: a link in a chat message opens the page signed in; posts from elsewhere come without it.
        cookie.Cookie.SameSite = SameSiteMode.Lax;
        cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.ExpireTimeSpan = access.SignInLifetime;
        cookie.SlidingExpiration = true;
        cookie.LoginPath = SignInEndpoints.Path;
        cookie.ReturnUrlParameter = "returnUrl";
        cookie.Events = new CookieAuthenticationEvents
        {
            OnRedirectToLogin = ChallengeAsync,
            OnRedirectToAccessDenied = context => AccessProblem.WriteAsync(context.HttpContext, StatusCodes.Status403Forbidden, "Your key's scopes do not allow this."),
            OnValidatePrincipal = ValidateAsync,
        };
    }

    // Pages lead to the form; everything a program asks for gets a plain 401.
    private static Task ChallengeAsync(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (AsksForPage(context.Request))
        {
            context.Response.Redirect(context.RedirectUri);
            return Task.CompletedTask;
        }

        return AccessProblem.WriteAsync(context.HttpContext, StatusCodes.Status401Unauthorized, "Please sign in.");
    }

    // A key that was taken away, or got a new secret, ends the sessions that were opened with it.
    private static Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var keys = context.HttpContext.RequestServices.GetRequiredService<ApiKeys>();
        var fingerprint = context.Principal?.FindFirstValue(SignInEndpoints.FingerprintClaim) ?? "";
        if (!keys.IsCurrent(context.Principal?.Identity?.Name ?? "", fingerprint))
        {
            context.RejectPrincipal();
        }

        return Task.CompletedTask;
    }

    private static RateLimitPartition<string> OneAddress(HttpContext context) => RateLimitPartition.GetFixedWindowLimiter(
        context.Connection.RemoteIpAddress?.ToString() ?? "",
        _ => new FixedWindowRateLimiterOptions { PermitLimit = SignInsPerMinute, Window = TimeSpan.FromMinutes(1) });

    // Without this every restart would sign everybody out and break the forms that are open.
    private static void KeepKeysAcrossRestarts(IHostApplicationBuilder builder)
    {
        var data = builder.Configuration.GetValue($"{StorageOptions.Section}:{nameof(StorageOptions.DataDirectory)}", "data");
        var folder = Path.GetFullPath(Path.Combine(builder.Environment.ContentRootPath, data!, "keys"));
        builder.Services.AddDataProtection().SetApplicationName("LogConsole").PersistKeysToFileSystem(new DirectoryInfo(folder));
    }
}
