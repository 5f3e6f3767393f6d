using System.Globalization;
using System.Text;
using LogConsole.Access;
using LogConsole.Web;

namespace LogConsole.Ingestion;

/// <summary>One dead letter as the API shows it; the id is text because scripts lose digits of large numbers.</summary>
public sealed record DeadLetterView(
    string Id, string Source, int Line, string Reason, DateTimeOffset Observed, string Service, bool Demo, string Record, DateTimeOffset CreatedAt, DateTimeOffset? ReplayedAt);

/// <summary>A page of them, newest first.</summary>
/// <param name="NextCursor">For the next page; null on the last.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetterView> DeadLetters, string? NextCursor);

/// <summary>What became of a replay of many.</summary>
/// <param name="PutOff">True when it stopped early because the queue was full or the database away.</param>
public sealed record DeadLetterReplayReply(int Replayed, int Duplicates, int RefusedAgain, int Unreadable, bool PutOff)
{
    /// <summary>Counts the ends of replays.</summary>
    internal static DeadLetterReplayReply Of(IReadOnlyCollection<DeadLetterResult> results)
    {
        int Count(DeadLetterResult result) => results.Count(r => r == result);
        return new DeadLetterReplayReply(
            Count(DeadLetterResult.Stored),
            Count(DeadLetterResult.AlreadyStored),
            Count(DeadLetterResult.RefusedAgain),
            Count(DeadLetterResult.Unreadable),
            results.Contains(DeadLetterResult.PutOff));
    }
}

/// <summary><c>/api/dead-letters</c>.</summary>
internal static class DeadLetterEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static void MapDeadLetters(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/dead-letters").WithFaults();
        group.MapGet("", ListAsync).RequireAuthorization(AccessPolicies.Read);
        group.MapPost("/{id:long}/replay", ReplayOneAsync).RequireAuthorization(AccessPolicies.Admin).DisableAntiforgery();
        group.MapPost("/replay", ReplayAllAsync).RequireAuthorization(AccessPolicies.Admin).DisableAntiforgery();
        group.MapDelete("/{id:long}", DeleteAsync).RequireAuthorization(AccessPolicies.Admin);
    }

    private static async Task<IResult> ListAsync(HttpRequest request, DeadLetterStore store, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new RequestQuery(request, time.GetUtcNow());
        var limit = query.Limit(DefaultLimit, MaxLimit);
        var before = long.MaxValue;
        if (query.Text("cursor") is { } cursor && !long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            throw new QueryFaultException("cursor", "is none that this API gave");
        }

        var pending = query.Flag("pending");
        query.RejectOthers();
        var letters = await store.ListAsync(before, pending, limit, cancellationToken).ConfigureAwait(false);
        return Results.Json(new DeadLetterPage([.. letters.Select(View)], letters.Count == limit ? IdText(letters[^1].Id) : null));
    }

    private static async Task<IResult> ReplayOneAsync(long id, DeadLetterStore store, DeadLetterReplay replay, HttpContext context)
    {
        if (await store.FindAsync(id, context.RequestAborted).ConfigureAwait(false) is not { } letter)
        {
            return Results.Problem("There is no such dead letter.", statusCode: StatusCodes.Status404NotFound);
        }

        return await replay.ReplayAsync(letter, context.RequestAborted).ConfigureAwait(false) switch
        {
            DeadLetterResult.PutOff => PutOff(context),
            DeadLetterResult.Unreadable => Results.Problem("Its stored text is not a record.", statusCode: StatusCodes.Status422UnprocessableEntity),
            var result => Results.Json(DeadLetterReplayReply.Of([result])),
        };
    }

    private static async Task<IResult> ReplayAllAsync(DeadLetterReplay replay, CancellationToken cancellationToken) =>
        Results.Json(await replay.ReplayAllAsync(cancellationToken).ConfigureAwait(false));

    private static async Task<IResult> DeleteAsync(long id, DeadLetterStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(id, cancellationToken).ConfigureAwait(false)
            ? Results.NoContent()
            : Results.Problem("There is no such dead letter.", statusCode: StatusCodes.Status404NotFound);

    private static IResult PutOff(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "5";
        return Results.Problem("The pipeline or the database is not available now; try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private static DeadLetterView View(DeadLetter letter) => new(
        IdText(letter.Id),
        letter.Source,
        letter.Line,
        letter.Reason,
        letter.Observed,
        letter.Service,
        letter.IsDemo,
        Encoding.UTF8.GetString(letter.Record.Span),
        letter.CreatedAt,
        letter.ReplayedAt);

    private static string IdText(long id) => id.ToString(CultureInfo.InvariantCulture);
}
