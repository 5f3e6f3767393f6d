using System.Text.Encodings.Web;
using LogConsole.Access.Keys;
using LogConsole.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace LogConsole.Access;

/// <summary>Mode <see cref="AccessMode.Open"/>: everyone the <see cref="LoopbackGuard"/> lets through is the local user and may do everything.</summary>
internal sealed class OpenHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Open";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() =>
        Task.FromResult(AuthenticateResult.Success(
            new AuthenticationTicket(AccessUser.Everyone(), SchemeName)));
}

/// <summary><c>Authorization: Bearer KEY</c>.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        return await keys.FindAsync(header[Prefix.Length..].Trim(), Context.RequestAborted).ConfigureAwait(false) is { } key
            ? AuthenticateResult.Success(new AuthenticationTicket(AccessUser.Of(key), SchemeName))
            : AuthenticateResult.Fail("The API key is not known.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // A sender that is told its key is wrong may throw its records away.
        if (keys.IsIncomplete && Request.Headers.Authorization.Count > 0)
        {
            Response.Headers.RetryAfter = "2";
            return AccessProblem.WriteAsync(Context, StatusCodes.Status503ServiceUnavailable, "API keys cannot be checked now, because the database is away; try again.");
        }

        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return AccessProblem.WriteAsync(Context, StatusCodes.Status401Unauthorized, Request.Headers.Authorization.Count == 0
            ? "An API key is needed: Authorization: Bearer KEY."
            : "The API key of the Authorization header is unknown, expired or revoked: Authorization: Bearer KEY.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        AccessProblem.WriteAsync(Context, StatusCodes.Status403Forbidden, "The API key's scopes do not allow this.");
}

/// <summary>Problem+json from places that have no endpoint result.</summary>
internal static class AccessProblem
{
    public static Task WriteAsync(HttpContext context, int status, string detail) =>
        ProblemAnswer.Of(context, status, detail).ExecuteAsync(context);
}
