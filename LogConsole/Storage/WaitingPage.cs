using System.Net;
using LogConsole.Web;
using Microsoft.AspNetCore.StaticAssets;

namespace LogConsole.Storage;

/// <summary>What the console answers before its database was ready for the first time.</summary>
public static class WaitingPage
{
    private const int RetrySeconds = 2;

    /// <summary>
    /// Until the database is ready, pages are a calm "waiting" that reloads itself and everything else a problem+json, both 503 with
    /// <c>Retry-After</c>; <c>/alive</c>, <c>/ready</c> and <c>/health</c> pass, and so do the console's own style sheet, fonts and scripts,
    /// which the page is drawn with.
    /// </summary>
    /// <param name="tellsWhy">Whether everybody may read what is waited for, which can name machines.</param>
    public static IApplicationBuilder UseWaitingPage(this IApplicationBuilder app, bool tellsWhy)
    {
        var database = app.ApplicationServices.GetRequiredService<Database>();
        return app.Use((context, next) =>
            database.Status is { Condition: DatabaseCondition.Starting } status && !IsProbe(context.Request.Path) && !IsAsset(context)
                ? AnswerAsync(context, (tellsWhy ? status.Reason : null) ?? "the database is starting")
                : next(context));
    }

    private static bool IsProbe(PathString path) =>
        path.Equals("/alive", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/ready", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase);

    private static bool IsAsset(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null;

    private static Task AnswerAsync(HttpContext context, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.Headers.RetryAfter = $"{RetrySeconds}";
        context.Response.Headers.CacheControl = "no-store";
        var wantsPage = HttpMethods.IsGet(context.Request.Method)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
        if (wantsPage)
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            return context.Response.WriteAsync(Page(reason), context.RequestAborted);
        }

        return ProblemAnswer.Of(
            context, StatusCodes.Status503ServiceUnavailable, reason, "Waiting for the database", [KeyValuePair.Create("reason", (object?)"database_away")])
            .ExecuteAsync(context);
    }

    // No inline style or script: the content security policy allows none.
    private static string Page(string reason) => $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="dark light">
        <meta http-equiv="refresh" content="{{RetrySeconds}}">
        <title>Waiting for the database · LogConsole</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml">
        <script src="/js/early.js"></script>
        <link rel="stylesheet" href="/css/app.css">
        </head>
        <body>
        <main class="waiting">
        <section class="card empty">
        <h1>Waiting for the database</h1>
        <p role="status">{{WebUtility.HtmlEncode(Sentence(reason))}}</p>
        <p>Senders are told to wait meanwhile. This page opens the console by itself as soon as it is ready.</p>
        </section>
        </main>
        </body>
        </html>
        """;

    private static string Sentence(string reason) => $"{char.ToUpperInvariant(reason[0])}{reason[1..].TrimEnd('.')}.";
}
