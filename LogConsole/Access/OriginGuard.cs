namespace LogConsole.Access;

/// <summary>
/// Mode <see cref="AccessMode.Users"/>'s wall against pages elsewhere: a request a browser's cookie vouches for may name no other origin than ours.
/// Browsers name it with every unsafe method, every WebSocket and every script's request across origins. Runs after authentication.
/// </summary>
internal sealed class OriginGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0 || !AccessUser.IsSignedIn(context.User) || IsOurs(origin, context.Request.Host)
            ? next(context)
            : AccessProblem.WriteAsync(context, StatusCodes.Status403Forbidden, "Pages of other origins may not use this console.");
    }

    // The scheme is not compared: a proxy that ends TLS makes https of the browser's origin and http of the request.
    private static bool IsOurs(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && (string.Equals(uri.Authority, host.Value, StringComparison.OrdinalIgnoreCase)
            || (uri.IsDefaultPort && string.Equals($"{uri.Host}:{uri.Port}", host.Value, StringComparison.OrdinalIgnoreCase)));
}
