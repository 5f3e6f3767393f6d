using System.Globalization;

namespace LogConsole.Ingestion.Otlp;

/// <summary>An answer in the encoding of its request.</summary>
internal sealed record OtlpAnswer(int Status, bool IsProto, byte[] Message) : IResult
{
    /// <summary>When repeating the request is worth it; null when it is not.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = IsProto ? OtlpDoor.Protobuf : OtlpDoor.Json;
        response.ContentLength = Message.Length;
        if (RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = ((int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }

        return response.Body.WriteAsync(Message, httpContext.RequestAborted).AsTask();
    }
}
