using System.Diagnostics;

namespace LogConsole.Web;

/// <summary>Problem+json in the one form the console answers in: with a <c>type</c> for every status, and the <c>traceId</c> its log is searched by.</summary>
public static class ProblemAnswer
{
    /// <summary>The answer, to be executed by the framework or by hand.</summary>
    /// <param name="context">The request that failed.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="detail">One sentence for people, or null.</param>
    /// <param name="title">Null for the status' own words.</param>
    /// <param name="extensions">More members, or null.</param>
    public static IResult Of(
        HttpContext context, int status, string? detail, string? title = null, IEnumerable<KeyValuePair<string, object?>>? extensions = null) =>
        // The same id the framework writes into the log's scopes.
        Results.Problem(detail, statusCode: status, title: title, type: TypeOf(status), extensions: [
            .. extensions ?? [], KeyValuePair.Create("traceId", (object?)(Activity.Current?.Id ?? context.TraceIdentifier)),
        ]);

    // The framework knows the others.
    private static string? TypeOf(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => "https://tools.ietf.org/html/rfc9110#section-15.5.14",
        StatusCodes.Status429TooManyRequests => "https://tools.ietf.org/html/rfc6585#section-4",
        _ => null,
    };
}
