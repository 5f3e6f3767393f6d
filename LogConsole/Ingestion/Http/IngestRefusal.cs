using System.Globalization;
using LogConsole.Web;

namespace LogConsole.Ingestion.Http;

/// <summary>A request that is not taken, and what its sender is told as problem+json.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Reason">A fixed word for the counters, e.g. <c>queue_full</c>.</param>
/// <param name="Detail">One sentence for people, without the body's own text.</param>
internal sealed record IngestRefusal(int Status, string Reason, string Detail)
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_later = TimeSpan.FromSeconds(5);

    /// <summary>When repeating the request is worth it; null when it is not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The lines that were not taken, when that is the reason.</summary>
    public IReadOnlyList<LineError>? Errors { get; init; }

    /// <summary>How many records an earlier request carried, when that is the reason and known.</summary>
    public int Records { get; init; }

    public static IngestRefusal BadRequest(string reason, string detail) => new(StatusCodes.Status400BadRequest, reason, detail);

    public static IngestRefusal TooLarge(string detail) => new(StatusCodes.Status413PayloadTooLarge, "too_large", detail);

    public static IngestRefusal Unsupported(string detail) => new(StatusCodes.Status415UnsupportedMediaType, "unsupported", detail);

    /// <summary>The key stands for another request.</summary>
    /// <param name="records">How many records the key's first request carried; 0 while that is not known.</param>
    public static IngestRefusal KeyReused(int records) =>
        new(StatusCodes.Status422UnprocessableEntity, "key_reused", "This Idempotency-Key was used with another body, or with the same one read in another way.") { Records = records };

    public static IngestRefusal QueueFull(string detail) => new(StatusCodes.Status429TooManyRequests, "queue_full", detail) { RetryAfter = s_soon };

    public static IngestRefusal Away(string reason, string detail) =>
        new(StatusCodes.Status503ServiceUnavailable, reason, detail) { RetryAfter = s_later };

    public IResult ToResult(HttpContext context)
    {
        if (RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        if (Status == StatusCodes.Status415UnsupportedMediaType)
        {
            context.Response.Headers.AcceptEncoding = "gzip, br, identity";
        }

        var extensions = new Dictionary<string, object?> { ["reason"] = Reason };
        if (Errors is not null)
        {
            extensions["errors"] = Errors;
        }

        if (Records > 0)
        {
            extensions["records"] = Records;
        }

        return ProblemAnswer.Of(context, Status, Detail, extensions: extensions);
    }
}
