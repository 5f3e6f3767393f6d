using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace LogConsole.Access;

/// <summary>The cookie of people who signed in, and who is asked by it.</summary>
internal static class CookieSetup
{
    private const string CookieName = "logconsole";

    /// <summary>Programs send a key or nothing; browsers ask for pages and then carry the cookie.</summary>
    public static string SchemeOf(HttpContext context)
    {
        var request = context.Request;
        var isBrowser = request.Cookies.ContainsKey(CookieName) || AsksForPage(request);
        return isBrowser && !request.Headers.ContainsKey("Authorization") ? CookieAuthenticationDefaults.AuthenticationScheme : ApiKeyHandler.SchemeName;
    }

    public static void Configure(CookieAuthenticationOptions cookie, AccessOptions access)
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
            OnRedirectToAccessDenied = context => AccessProblem.WriteAsync(context.HttpContext, StatusCodes.Status403Forbidden, "Your role does not allow this."),
            OnValidatePrincipal = ValidateAsync,
        };
    }

    /// <summary>Whether a person's browser wants something to show.</summary>
    public static bool AsksForPage(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && !request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

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

    // What was changed about the account since the cookie was given ends it. Pages find the account where this leaves it.
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var check = context.HttpContext.RequestServices.GetRequiredService<PrincipalCheck>();
        var user = context.Principal is { } principal ? await check.FindAsync(principal, context.HttpContext.RequestAborted).ConfigureAwait(false) : null;
        if (user is null)
        {
            context.RejectPrincipal();
        }

        context.HttpContext.Features.Set(user);
    }
}
