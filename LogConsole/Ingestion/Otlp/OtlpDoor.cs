using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Http;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace LogConsole.Ingestion.Otlp;

/// <summary>
/// <c>POST /v1/logs</c>, OTLP/HTTP as the OpenTelemetry protocol specification has it: protobuf and JSON, gzip; 200 when every record is durable, with
/// <c>partial_success</c> when some cannot be read; 429 and 503 with <c>Retry-After</c> are worth a repeat, 400 is not.
/// </summary>
internal sealed class OtlpDoor(
    RequestReceiver receiver, IngestionCounters counters, IOptions<HttpIngestionOptions> http, IOptions<IngestionOptions> limits, TimeProvider time)
{
    /// <summary>The door's name in counters and source names.</summary>
    public const string Name = "otlp";

    /// <summary>Where every OpenTelemetry SDK and Collector sends logs to, below its endpoint.</summary>
    public const string Path = "/v1/logs";

    /// <summary>The media type of protobuf.</summary>
    public const string Protobuf = "application/x-protobuf";

    /// <summary>The media type of JSON.</summary>
    public const string Json = "application/json";

    private readonly Utf8Interner _names = new();
    private readonly SharedJsonCache _shared = new(new Utf8Interner(), limits.Value.MaxAttributesBytes);

    /// <summary>Handles one request.</summary>
    public Task<IResult> HandleAsync(HttpContext context)
    {
        var media = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null;
        IngestRefusal? refusal = null;
        if (media is not (Protobuf or Json))
        {
            refusal = IngestRefusal.Unsupported($"Content-Type must be {Protobuf} or {Json}.");
        }
        else if (IngestRequest.TryCoding(context.Request, out var coding, out refusal))
        {
            return receiver.HandleAsync(context, new OtlpRequest { IsProto = media == Protobuf, Coding = coding, Records = Records });
        }

        counters.Refused(Name, refusal.Reason);
        return Task.FromResult<IResult>(new OtlpAnswer(refusal.Status, media == Protobuf, OtlpMessages.Status(media == Protobuf, refusal)));
    }

    private OtlpRecords Records(RecordArena arena) => new(
        new RecordContext { Arrival = LogTimestamp.From(time.GetUtcNow()), Zone = SourceZone.Utc, Limits = limits.Value },
        arena, _names, _shared, http.Value.MaxRecords);
}
