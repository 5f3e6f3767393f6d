using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Web;

/// <summary>Turns the faults endpoints throw into problem+json: bad parameters 400, a database that is away 503, a query that took too long 504.</summary>
public static class ApiFaults
{
    /// <summary>Applies to all endpoints of the group.</summary>
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
                if (problem.Status == StatusCodes.Status503ServiceUnavailable)
                {
                    context.HttpContext.Response.Headers.RetryAfter = "2";
                }

                return Results.Problem(problem.Detail, statusCode: problem.Status, title: problem.Title);
            }
        });

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
