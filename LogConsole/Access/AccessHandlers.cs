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

/// <summary><c>Authorization: Bearer KEY</c>, or <c>X-Otlp-Api-Key: KEY</c> as exporters of OpenTelemetry are often set up.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    private const string Prefix = "Bearer ";
    private const string OtlpHeader = "X-Otlp-Api-Key";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (KeyOf(Request) is not { } sent)
        {
            return AuthenticateResult.NoResult();
        }

        return await keys.FindAsync(sent, Context.RequestAborted).ConfigureAwait(false) is { } key
            ? AuthenticateResult.Success(new AuthenticationTicket(AccessUser.Of(key), SchemeName))
            : AuthenticateResult.Fail("The API key is not known.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // A sender that is told its key is wrong may throw its records away.
        if (keys.IsIncomplete && HasKey(Request))
        {
            Response.Headers.RetryAfter = "2";
            return AccessProblem.WriteAsync(Context, StatusCodes.Status503ServiceUnavailable, "API keys cannot be checked now, because the database is away; try again.");
        }

        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return AccessProblem.WriteAsync(Context, StatusCodes.Status401Unauthorized, HasKey(Request)
            ? "The API key of the request is unknown, expired or revoked: Authorization: Bearer KEY."
            : "An API key is needed: Authorization: Bearer KEY.");
    }

    private static bool HasKey(HttpRequest request) => request.Headers.Authorization.Count > 0 || KeyOf(request) is not null;

    private static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..].Trim()
            : request.Headers[OtlpHeader].ToString() is { Length: > 0 } key ? key.Trim()
            : null;
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
