namespace LogConsole.Web;

/// <summary>
/// Answers HEAD as GET without its body wherever people and probes look (RFC 9110, 9.3.2); below <c>/api</c> methods are told apart.
/// Runs before the routing, which knows no HEAD of a page. The server leaves the body out by the request as it came.
/// </summary>
internal sealed class HeadRequests : IStartupFilter
{
    /// <inheritdoc/>
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, then) =>
        {
            if (HttpMethods.IsHead(context.Request.Method) && !context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase))
            {
                context.Request.Method = HttpMethods.Get;
            }

            return then(context);
        });
        next(app);
    };
}
