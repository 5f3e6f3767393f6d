using System.Globalization;
using System.Threading.RateLimiting;
using LogConsole.Access.Auditing;
using LogConsole.Access.Users;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;

namespace LogConsole.Access;

/// <summary><c>/sign-in</c>, <c>/sign-out</c>, and <c>/welcome</c>, where one-time links lead. Plain forms, no script.</summary>
internal static class SignInEndpoints
{
    public const string Path = "/sign-in";
    public const string SignOutPath = "/sign-out";
    public const string RateLimit = "sign-in";

    private const int MaxFormBytes = 16 * 1024;
    private const string OldForm = "The form was too old. Please try again.";

    public static void MapSignIn(this IEndpointRouteBuilder endpoints)
    {
        var size = new RequestSizeLimitAttribute(MaxFormBytes);
        endpoints.MapGet(Path, (Delegate)ShowSignIn).AllowAnonymous();
        endpoints.MapPost(Path, SignInAsync).AllowAnonymous().RequireRateLimiting(RateLimit).WithMetadata(size);
        endpoints.MapPost(SignOutPath, (Delegate)SignOutAsync).AllowAnonymous();
        endpoints.MapGet(AccessLinks.Path, ShowLinkAsync).AllowAnonymous();
        endpoints.MapPost(AccessLinks.Path, RedeemAsync).AllowAnonymous().RequireRateLimiting(RateLimit).WithMetadata(size);
    }

    /// <summary>The answer to a form that came too often from one address.</summary>
    public static async ValueTask TellTooManyAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var context = rejected.HttpContext;
        var seconds = Math.Max(1, (int)Math.Ceiling((rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromMinutes(1)).TotalSeconds));
        context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var told = $"Too many tries from your network address: please try again in {seconds} s.";
        var answer = context.Request.Path == Path
            ? SignInForm(context, "", "", told, StatusCodes.Status429TooManyRequests)
            : SignInPage.Answer(context, new FormPage("Please wait", told + " The link still works then.", null, null), StatusCodes.Status429TooManyRequests);
        await answer.ExecuteAsync(context).ConfigureAwait(false);
    }

    private static IResult ShowSignIn(HttpContext context) => SignInForm(context, context.Request.Query["returnUrl"].ToString(), "", null);

    private static async Task<IResult> SignInAsync(HttpContext context, IAntiforgery antiforgery, SignIns signIns)
    {
        var form = await ReadFormAsync(context).ConfigureAwait(false);
        var (name, returnUrl) = (form["name"].ToString(), form["returnUrl"].ToString());
        if (!await antiforgery.IsRequestValidAsync(context).ConfigureAwait(false))
        {
            return SignInForm(context, returnUrl, name, OldForm, StatusCodes.Status400BadRequest);
        }

        if (await signIns.SignInAsync(name, form["password"].ToString(), AuditActor.AddressOf(context), context.RequestAborted).ConfigureAwait(false) is not { } user)
        {
            return SignInForm(context, returnUrl, name, SignIns.Refusal, StatusCodes.Status401Unauthorized);
        }

        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, AccessUser.Of(user)).ConfigureAwait(false);
        return Results.LocalRedirect(LocalOrRoot(returnUrl));
    }

    // The cookie comes only with requests of our own pages (OriginGuard); without it there is nobody to sign out.
    private static async Task<IResult> SignOutAsync(HttpContext context, AuditLog audit)
    {
        if (AccessUser.IsSignedIn(context.User))
        {
            await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme).ConfigureAwait(false);
            await audit.WriteAsync(new AuditEntry(AuditActor.Of(context), AuditActions.SignedOut), context.RequestAborted).ConfigureAwait(false);
        }

        return Results.LocalRedirect(Path);
    }

    // Looking does not use a link up: programs that preview links look, too.
    private static async Task<IResult> ShowLinkAsync(HttpContext context, UserDirectory users)
    {
        var token = context.Request.Query["token"].ToString();
        return await users.FindLinkAsync(token, context.RequestAborted).ConfigureAwait(false) is { } owner
            ? LinkForm(context, token, owner, "", null)
            : EndedLink(context);
    }

    private static async Task<IResult> RedeemAsync(HttpContext context, IAntiforgery antiforgery, UserDirectory users, SignIns signIns)
    {
        var form = await ReadFormAsync(context).ConfigureAwait(false);
        var (token, name, password) = (form["token"].ToString(), form["name"].ToString(), form["password"].ToString());
        if (await users.FindLinkAsync(token, context.RequestAborted).ConfigureAwait(false) is not { } owner)
        {
            return EndedLink(context);
        }

        if (!await antiforgery.IsRequestValidAsync(context).ConfigureAwait(false))
        {
            return LinkForm(context, token, owner, name, OldForm, StatusCodes.Status400BadRequest);
        }

        if (password != form["again"].ToString())
        {
            return LinkForm(context, token, owner, name, "The two passwords are not the same.", StatusCodes.Status422UnprocessableEntity);
        }

        var redeemed = await users.RedeemAsync(token, name, password, AuditActor.AddressOf(context), context.RequestAborted).ConfigureAwait(false);
        if (redeemed.Value is not { } user)
        {
            return LinkForm(context, token, owner, name, redeemed.Fault, StatusCodes.Status422UnprocessableEntity);
        }

        await signIns.NoteLinkAsync(user, AuditActor.AddressOf(context), context.RequestAborted).ConfigureAwait(false);

        await context.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, AccessUser.Of(user)).ConfigureAwait(false);
        return Results.LocalRedirect("/");
    }

    // What is no form at all is answered like one without its token.
    private static async Task<IFormCollection> ReadFormAsync(HttpContext context)
    {
        try
        {
            return context.Request.HasFormContentType ? await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false) : FormCollection.Empty;
        }
        catch (Exception e) when (e is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            context.Request.Form = FormCollection.Empty;
            return FormCollection.Empty;
        }
    }

    private static IResult SignInForm(HttpContext context, string returnUrl, string name, string? error, int status = StatusCodes.Status200OK) =>
        SignInPage.Answer(
            context,
            new FormPage("Sign in", "To LogConsole, with your name and password.", Path, "Sign in")
            {
                Hidden = [("returnUrl", LocalOrRoot(returnUrl))],
                Fields =
                [
                    new("name", "Name", "username", name) { Focused = name.Length == 0 },
                    new("password", "Password", "current-password") { IsSecret = true, Focused = name.Length > 0 },
                ],
                Error = error,
            },
            status);

    private static IResult LinkForm(HttpContext context, string token, LinkOwner owner, string name, string? error, int status = StatusCodes.Status200OK)
    {
        var page = owner.User is { } user
            ? new FormPage("Choose a password", $"Welcome, {user.Name}. Choose the password you will sign in with.", AccessLinks.Path, "Set password")
            : new FormPage("First administrator", "This console has no administrator yet. Choose a name and a password.", AccessLinks.Path, "Create administrator");
        return SignInPage.Answer(
            context,
            page with
            {
                Hidden = [("token", token)],
                Fields =
                [
                    new("name", "Name", "username", owner.User?.Name ?? name) { ReadOnly = owner.User is not null, Focused = owner.User is null },
                    new("password", $"Password, at least {PasswordRules.MinLength} characters", "new-password") { IsSecret = true, Focused = owner.User is not null },
                    new("again", "The same password again", "new-password") { IsSecret = true },
                ],
                Error = error,
            },
            status);
    }

    private static IResult EndedLink(HttpContext context) => SignInPage.Answer(
        context,
        new FormPage("This link works no more", "Links work once and for a limited time. Ask an administrator for a new one; the link of the first administrator is printed again when the console is restarted.", null, null),
        StatusCodes.Status404NotFound);

    // "//host" and "/\host" look local and are not.
    private static string LocalOrRoot(string url) =>
        url is ['/', ..] && !(url.Length > 1 && url[1] is '/' or '\\') && !url.Any(char.IsControl) ? url : "/";
}
