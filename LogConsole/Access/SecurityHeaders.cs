namespace LogConsole.Access;

/// <summary>
/// Headers that keep a page from being framed, sniffed or scripted from elsewhere. Scripts come only from this origin as files;
/// inline styles stay allowed because charts and virtual lists position themselves with them.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";

        // Older browsers do not count WebSockets of the same host as 'self'.
        var host = context.Request.Host.Value;
        var sockets = string.IsNullOrEmpty(host) ? "" : $" ws://{host} wss://{host}";
        headers.ContentSecurityPolicy =
            "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
            + $"connect-src 'self'{sockets}; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        return next(context);
    }
}
