namespace LogConsole.Access;

/// <summary>
/// Headers that keep a page from being framed, sniffed or scripted from elsewhere; the only place that sets them. Nothing but our own files:
/// no inline script, no frames, and of inline style elements only two known ones.
/// </summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    // ApexCharts adds one fixed style element, for a legend we do not show, and style attributes, which cannot run anything.
    private const string ChartStyleHash = "sha256-aSysLrDECVdJ6L+jLf8CC5QKLmwRuk/OZiZk9mYky8A=";

    private static readonly string s_contentSecurityPolicy =
        $"default-src 'none'; script-src 'self'; style-src 'self' '{ChartStyleHash}' '{SignInPage.StyleHash}'; style-src-attr 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    // As the answer starts: a handler of exceptions clears what was set before.
    public Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(static response => SetAsync((HttpResponse)response), context.Response);
        return next(context);
    }

    private static Task SetAsync(HttpResponse response)
    {
        var headers = response.Headers;
        headers.XContentTypeOptions = "nosniff";

        // A page whose address is a secret has already asked for less.
        headers.TryAdd("Referrer-Policy", "same-origin");
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
        headers.ContentSecurityPolicy = s_contentSecurityPolicy;
        return Task.CompletedTask;
    }
}
