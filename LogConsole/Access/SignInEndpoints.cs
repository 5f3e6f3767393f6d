using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace LogConsole.Access;

/// <summary><c>/sign-in</c> and <c>/sign-out</c> of mode <see cref="AccessMode.Keys"/>: a browser signs in with an API key that may read. No script.</summary>
internal static class SignInEndpoints
{
    public const string Path = "/sign-in";
    public const string SignOutPath = "/sign-out";
    public const string RateLimit = "sign-in";

    /// <summary>The cookie's claim that ties it to the key's present secret.</summary>
    public const string FingerprintClaim = "key_fingerprint";

    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, (HttpContext context, IAntiforgery antiforgery) => Page(context, antiforgery, null)).AllowAnonymous();
        endpoints.MapPost(Path, SignInAsync).AllowAnonymous().RequireRateLimiting(RateLimit);
        endpoints.MapPost(SignOutPath, (Delegate)SignOutAsync).AllowAnonymous();
    }

    private static async Task<IResult> SignInAsync(HttpContext context, IAntiforgery antiforgery, ApiKeys keys)
    {
        if (!await antiforgery.IsRequestValidAsync(context).ConfigureAwait(false))
        {
            return Page(context, antiforgery, "The form was too old. Please try again.", StatusCodes.Status400BadRequest);
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false);
        var mayRead = keys.Find(form["key"].ToString().Trim()) is { } key && key.Scopes.Any(scope => scope is AccessScopes.Read or AccessScopes.Admin) ? key : null;
        if (mayRead is null)
        {
            return Page(context, antiforgery, "This key is not known here, or may not read.", StatusCodes.Status401Unauthorized);
        }

        var user = AccessUser.Create(CookieAuthenticationDefaults.AuthenticationScheme, mayRead.Name, mayRead.Scopes);
        ((ClaimsIdentity)user.Identity!).AddClaim(new Claim(FingerprintClaim, mayRead.Fingerprint));
        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, user).ConfigureAwait(false);
        return Results.LocalRedirect(LocalOrRoot(form["returnUrl"].ToString()));
    }

    // The cookie comes only with requests of our own pages (OriginGuard); without it there is nobody to sign out.
    private static async Task<IResult> SignOutAsync(HttpContext context)
    {
        if (AccessUser.IsSignedIn(context.User))
        {
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme).ConfigureAwait(false);
        }

        return Results.LocalRedirect(Path);
    }

    private static IResult Page(HttpContext context, IAntiforgery antiforgery, string? error, int status = StatusCodes.Status200OK)
    {
        var returnUrl = context.Request.HasFormContentType ? context.Request.Form["returnUrl"].ToString() : context.Request.Query["returnUrl"].ToString();
        var tokens = antiforgery.GetAndStoreTokens(context);
        var html = SignInPage.Render(tokens.FormFieldName, tokens.RequestToken ?? "", LocalOrRoot(returnUrl), error);
        return Results.Content(html, "text/html", Encoding.UTF8, status);
    }

    // "//host" and "/\host" look local and are not.
    private static string LocalOrRoot(string url) =>
        url is ['/', ..] && !(url.Length > 1 && url[1] is '/' or '\\') && !url.Any(char.IsControl) ? url : "/";
}

/// <summary>The page itself: the tokens of the console's look, inline, so that it needs nothing else.</summary>
internal static class SignInPage
{
    /// <summary>The source of the page's style element for the content security policy.</summary>
    public static string StyleHash { get; } = "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    // Browsers hash the text with the line ends of HTML.
    private static string Style => """
            :root { color-scheme: dark light; --canvas: #0F1318; --surface: #161B22; --border: #3C4854; --text: #E6EAF0; --secondary: #A8B3C0; --accent: #6CB2FF; --error: #FF8A80; --on-accent: #0F1318; }
            @media (prefers-color-scheme: light) { :root { --canvas: #F5F7F9; --surface: #FFFFFF; --border: #AEB9C4; --text: #1B2128; --secondary: #4D5966; --accent: #0B62C4; --error: #C0262D; --on-accent: #FFFFFF; } }
            * { box-sizing: border-box; }
            body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 16px; background: var(--canvas); color: var(--text); font: 13px/1.5 "Inter Variable", Inter, system-ui, sans-serif; }
            main { width: 100%; max-width: 360px; padding: 24px; background: var(--surface); border: 1px solid var(--border); border-radius: 6px; }
            h1 { margin: 0 0 4px; font-size: 18px; font-weight: 600; }
            p { margin: 0 0 16px; color: var(--secondary); }
            .error { color: var(--error); }
            label { display: block; margin-bottom: 4px; font-weight: 600; }
            input, button { width: 100%; min-height: 40px; padding: 0 12px; border-radius: 4px; font: inherit; }
            input { border: 1px solid var(--border); background: var(--canvas); color: var(--text); }
            button { margin-top: 16px; border: 0; background: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
            :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
            """.ReplaceLineEndings("\n");

    public static string Render(string tokenName, string token, string returnUrl, string? error)
    {
        var html = HtmlEncoder.Default;
        var notice = error is null ? "" : $"""<p class="error" role="alert" id="notice">{html.Encode(error)}</p>""";
        var describedBy = error is null ? "" : "aria-describedby=\"notice\" aria-invalid=\"true\"";
        return $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sign in · LogConsole</title>
            <style>{{Style}}</style>
            <link rel="icon" href="data:,">
            </head>
            <body>
            <main>
            <h1>LogConsole</h1>
            <p>Sign in with an API key that may read.</p>
            {{notice}}
            <form method="post" action="/sign-in">
            <input type="hidden" name="{{html.Encode(tokenName)}}" value="{{html.Encode(token)}}">
            <input type="hidden" name="returnUrl" value="{{html.Encode(returnUrl)}}">
            <label for="key">API key</label>
            <input id="key" name="key" type="password" autocomplete="current-password" required autofocus {{describedBy}}>
            <button type="submit">Sign in</button>
            </form>
            </main>
            </body>
            </html>
            """;
    }
}
