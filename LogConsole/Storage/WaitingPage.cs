using System.Net;
using Microsoft.AspNetCore.Mvc;

namespace LogConsole.Storage;

/// <summary>What the console answers before its database was ready for the first time.</summary>
public static class WaitingPage
{
    private const int RetrySeconds = 2;

    /// <summary>
    /// Until the database is ready, pages are a calm "waiting" that reloads itself and everything else a problem+json, both 503 with
    /// <c>Retry-After</c>; <c>/alive</c>, <c>/ready</c> and <c>/health</c> pass.
    /// </summary>
    /// <param name="tellsWhy">Whether everybody may read what is waited for, which can name machines.</param>
    public static IApplicationBuilder UseWaitingPage(this IApplicationBuilder app, bool tellsWhy)
    {
        var database = app.ApplicationServices.GetRequiredService<Database>();
        return app.Use((context, next) =>
            database.Status is { Condition: DatabaseCondition.Starting } status && !IsProbe(context.Request.Path)
                ? AnswerAsync(context, (tellsWhy ? status.Reason : null) ?? "the database is starting")
                : next(context));
    }

    private static bool IsProbe(PathString path) =>
        path.Equals("/alive", StringComparison.OrdinalIgnoreCase)
        || path.Equals("/ready", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase);

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

        var problem = new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Title = "Waiting for the database",
            Detail = reason,
        };
        return context.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", context.RequestAborted);
    }

    private static string Page(string reason) => $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="refresh" content="{{RetrySeconds}}">
        <title>LogConsole – waiting for the database</title>
        <style>
        :root { color-scheme: light dark; }
        body { margin: 0; min-height: 100vh; display: grid; place-content: center; font: 16px/1.5 system-ui, sans-serif;
               background: light-dark(#f7f8fa, #14171c); color: light-dark(#1c2330, #e6e9ef); }
        main { max-width: 34rem; padding: 2rem; }
        h1 { font-size: 1.25rem; font-weight: 600; margin: 0 0 .5rem; }
        p { margin: .25rem 0; color: light-dark(#4a5568, #a9b3c1); overflow-wrap: anywhere; }
        </style>
        </head>
        <body>
        <main>
        <h1>Waiting for the database</h1>
        <p role="status">{{WebUtility.HtmlEncode(Sentence(reason))}}</p>
        <p>This page opens the console by itself as soon as it is ready.</p>
        </main>
        </body>
        </html>
        """;

    private static string Sentence(string reason) => $"{char.ToUpperInvariant(reason[0])}{reason[1..].TrimEnd('.')}.";
}
