using System.Net;

namespace LogConsole.Access;

/// <summary>
/// Mode <see cref="AccessMode.Open"/>'s wall: only requests from this machine, addressed to it by a loopback name (a page elsewhere that rebinds
/// its name to 127.0.0.1 arrives with its own name in <c>Host</c>), and not sent by a page of another origin.
/// </summary>
internal sealed class LoopbackGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        Refusal(context) is { } refusal
            ? AccessProblem.WriteAsync(context, StatusCodes.Status403Forbidden, refusal)
            : next(context);

    /// <summary>Why serving these addresses would open the console to others, or null.</summary>
    public static string? RefusalOf(IEnumerable<string> urls)
    {
        var open = urls.FirstOrDefault(url => !IsLoopbackUrl(url));
        return open is null
            ? null
            : $"{AccessOptions.Section}:Mode is Open, which serves this machine only, but the console is told to listen on {open}. "
                + $"Listen on a loopback address, or set {AccessOptions.Section}:Mode to Users.";
    }

    // No remote address means no network: a test server or a Unix socket.
    private static string? Refusal(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is { } remote && !IsLoopback(remote))
        {
            return "This console is open to its own machine only.";
        }

        if (!IsLoopbackName(context.Request.Host.Host))
        {
            return "This console answers to loopback names only (localhost, 127.0.0.1).";
        }

        var origin = context.Request.Headers.Origin.ToString();
        return origin.Length == 0 || string.Equals(origin, $"{context.Request.Scheme}://{context.Request.Host}", StringComparison.OrdinalIgnoreCase)
            ? null
            : "Pages of other origins may not use this console.";
    }

    private static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IsLoopback(address));

    private static bool IsLoopbackUrl(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address.IsUnixPipe || address.IsNamedPipe || IsLoopbackName(address.Host);
        }
        catch (FormatException)
        {
            // Not an address at all: the server itself says so when it starts.
            return true;
        }
    }
}
