using LogConsole.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace LogConsole.Web;

/// <summary>
/// Whatever goes wrong below <c>/api</c> and at the probes is told as problem+json: bad parameters 400, an unknown address 404, a wrong method 405,
/// a bug 500, a database that is away 503, a query that took too long 504. Pages have their own words for it.
/// </summary>
public static class ApiFaults
{
    private static readonly PathString[] s_paths = ["/api", "/health", "/alive", "/ready"];

    /// <summary>What <see cref="UseApiFaults"/> needs.</summary>
    public static void AddApiFaults(this IHostApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails();
        builder.Services.AddTransient<IStartupFilter, HeadRequests>();
    }

    /// <summary>Gives every error answer a body, also to faults outside the endpoints. Call it before everything that can fail.</summary>
    public static IApplicationBuilder UseApiFaults(this IApplicationBuilder app) => app.UseWhen(
        context => Array.Exists(s_paths, path => context.Request.Path.StartsWithSegments(path, StringComparison.OrdinalIgnoreCase)),
        api =>
        {
            api.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = TellExceptionAsync });
            api.UseStatusCodePages(static pages => TellStatusAsync(pages.HttpContext));
        });

    /// <summary>Applies to all endpoints of the group: the faults that are to be expected are told without being logged as bugs.</summary>
    public static TBuilder WithFaults<TBuilder>(this TBuilder group)
        where TBuilder : IEndpointConventionBuilder =>
        group.AddEndpointFilter(async (context, next) =>
        {
            try
            {
                return await next(context).ConfigureAwait(false);
            }
            catch (Exception e) when (Describe(e) is { } problem)
            {
                return ResultOf(problem, context.HttpContext);
            }
        });

    private static Task TellExceptionAsync(HttpContext context)
    {
        var exception = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        var problem = exception is BadHttpRequestException bad
            ? (bad.StatusCode, "The request cannot be read", bad.Message)
            : (exception is null ? null : Describe(exception))
                ?? (StatusCodes.Status500InternalServerError, "A fault of the console", "the console's log has the details under this traceId");
        return ResultOf(problem, context).ExecuteAsync(context);
    }

    private static Task TellStatusAsync(HttpContext context)
    {
        var status = context.Response.StatusCode;
        string? detail = null;
        if (status is StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed
            && RoutedMethods.Of(context) is var methods && !methods.Contains(context.Request.Method))
        {
            (status, detail) = TellAddress(context, methods);
        }

        return ProblemAnswer.Of(context, status, detail).ExecuteAsync(context);
    }

    private static (int Status, string Detail) TellAddress(HttpContext context, IReadOnlyList<string> methods)
    {
        var allowed = string.Join(", ", methods);
        context.Response.Headers.Allow = allowed;
        return methods.Count == 0
            ? (StatusCodes.Status404NotFound, $"there is nothing at {context.Request.Path}")
            : (StatusCodes.Status405MethodNotAllowed, $"{context.Request.Path} takes {allowed}, not {context.Request.Method}");
    }

    private static IResult ResultOf((int Status, string Title, string Detail) problem, HttpContext context)
    {
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
        {
            context.Response.Headers.RetryAfter = "2";
        }

        return ProblemAnswer.Of(context, problem.Status, problem.Detail, problem.Title);
    }

    private static (int Status, string Title, string Detail)? Describe(Exception exception) => exception switch
    {
        QueryFaultException fault => (StatusCodes.Status400BadRequest, "A parameter cannot be used", fault.Message),
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or NpgsqlException { InnerException: TimeoutException } =>
            (StatusCodes.Status504GatewayTimeout, "The query took too long", "narrow the time range or add a condition"),
        PostgresException { IsTransient: false } => null,
        DatabaseUnavailableException or NpgsqlException =>
            (StatusCodes.Status503ServiceUnavailable, "The database is away", "try again in a moment; ingest is held and nothing is lost"),
        _ => null,
    };
}
