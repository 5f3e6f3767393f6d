using LogConsole.Ingestion.Formats;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Http;

/// <summary>
/// <c>POST /api/ingest</c>: answers 200 only when every record of the request is durable, or is known to be from before.
/// Whatever else happens is told as problem+json, and then a repeat with the same <c>Idempotency-Key</c> is safe.
/// </summary>
internal sealed class HttpDoor(RequestReceiver receiver, HttpRecordReader records, IngestionCounters counters, IOptions<HttpIngestionOptions> options)
{
    /// <summary>The door's name in counters and source names.</summary>
    public const string Name = "http";

    private readonly SourceZone _defaultZone = SourceZone.TryParse(options.Value.DefaultZone, out var zone) ? zone : SourceZone.Utc;

    /// <summary>Handles one request.</summary>
    public Task<IResult> HandleAsync(HttpContext context)
    {
        if (IngestRequest.TryRead(context.Request, _defaultZone, records, out var request, out var refusal))
        {
            return receiver.HandleAsync(context, request);
        }

        counters.Refused(Name, refusal.Reason);
        return Task.FromResult(refusal.ToResult(context));
    }
}
