using System.Diagnostics.CodeAnalysis;
using LogConsole.Ingestion.Formats;
using LogConsole.Web;
using Microsoft.Net.Http.Headers;

namespace LogConsole.Ingestion.Http;

/// <summary>How a body is packed.</summary>
internal enum ContentCoding
{
    Identity,
    Gzip,
    Brotli,
}

/// <summary>What a request to <see cref="HttpDoor"/> says about its body, before the body is read.</summary>
internal sealed record IngestRequest : DoorRequest
{
    private const int LongestKey = 200;

    public required BodyFormat Format { get; init; }

    /// <summary>For records that name no service, or null; text that PostgreSQL takes.</summary>
    public string? Service { get; init; }

    public required SourceZone Zone { get; init; }

    /// <summary>Reads the bodies.</summary>
    public required HttpRecordReader Records { private get; init; }

    /// <inheritdoc/>
    public override string Door => HttpDoor.Name;

    /// <summary>Reads headers and query.</summary>
    /// <param name="defaultZone">When the request names none.</param>
    public static bool TryRead(
        HttpRequest http, SourceZone defaultZone, HttpRecordReader records, [NotNullWhen(true)] out IngestRequest? request, [NotNullWhen(false)] out IngestRefusal? refusal)
    {
        request = null;
        if (!TryParameters(http, out refusal) || !TryFormat(http, out var format, out refusal) || !TryCoding(http, out var coding, out refusal)
            || !TryKey(http, out var key, out refusal) || !TryZone(http, defaultZone, out var zone, out refusal))
        {
            return false;
        }

        // "%00" is a service name to whoever tries, and an error to the database at every attempt to store it.
        var service = ValueOf(http, "service", "X-Service") is { } sent && !string.IsNullOrWhiteSpace(sent) ? Utf8Text.Repaired(sent.Trim(' ')) : null;
        if (service?.Length > LogRecordLimits.NameChars)
        {
            refusal = IngestRefusal.BadRequest("bad_service", $"service is longer than {LogRecordLimits.NameChars} characters.");
            return false;
        }

        request = new IngestRequest { Format = format, Coding = coding, Key = key, Service = service, Zone = zone, Records = records };
        return true;
    }

    /// <summary>
    /// The same lines for another service, or as text instead of JSON, are another request. Names of one way of reading are not:
    /// application/json and x-ndjson over lines of objects, or no Content-Type at all.
    /// </summary>
    public override string ReadingOf(ReadOnlySpan<byte> body) => $"{BodyParser.Resolve(Format, body)}\n{Service}\n{Zone.Name}\n";

    /// <inheritdoc/>
    public override ParsedBody Read(ReadOnlyMemory<byte> body, RecordArena arena, string owner) => Records.Read(body, this, arena, owner);

    /// <inheritdoc/>
    public override IResult Reply(HttpContext context, ParsedBody? parsed, DeliveryOutcome outcome) =>
        Results.Json(IngestReply.Of(parsed, outcome, Zone), IngestJson.Default.IngestReply);

    /// <inheritdoc/>
    public override IResult Refuse(HttpContext context, IngestRefusal refusal) => refusal.ToResult(context);

    // A misspelt parameter would be passed over, and the records stored under another name or time.
    private static bool TryParameters(HttpRequest http, [NotNullWhen(false)] out IngestRefusal? refusal)
    {
        refusal = null;
        try
        {
            var query = new RequestQuery(http, DateTimeOffset.UnixEpoch);
            query.Know("service");
            query.Know("zone");
            query.RejectOthers();
        }
        catch (QueryFaultException e)
        {
            refusal = IngestRefusal.BadRequest("bad_parameter", e.Message);
        }

        return refusal is null;
    }

    private static bool TryFormat(HttpRequest http, out BodyFormat format, [NotNullWhen(false)] out IngestRefusal? refusal)
    {
        format = BodyFormat.Unknown;
        refusal = null;
        if (string.IsNullOrWhiteSpace(http.ContentType))
        {
            return true;
        }

        BodyFormat? known = null;
        if (MediaTypeHeaderValue.TryParse(http.ContentType, out var type))
        {
            known = type.MediaType.Value?.ToLowerInvariant() switch
            {
                "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/x-jsonlines" or "application/json-lines" => BodyFormat.NewlineDelimited,
                "application/json" => BodyFormat.Json,
                "application/vnd.serilog.clef" => BodyFormat.Clef,
                "text/plain" => BodyFormat.Text,
                _ => null,
            };
        }

        var charset = type?.Charset.Value?.Trim('"');
        if (known is null)
        {
            refusal = IngestRefusal.Unsupported("Content-Type must be application/x-ndjson, application/json, application/vnd.serilog.clef or text/plain.");
        }
        else if (charset is { Length: > 0 } && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
        {
            refusal = IngestRefusal.Unsupported("The charset must be utf-8.");
        }

        format = known ?? BodyFormat.Unknown;
        return refusal is null;
    }

    /// <summary>Reads <c>Content-Encoding</c>.</summary>
    public static bool TryCoding(HttpRequest http, out ContentCoding coding, [NotNullWhen(false)] out IngestRefusal? refusal)
    {
        var value = http.Headers.ContentEncoding.ToString().Trim().ToLowerInvariant();
        ContentCoding? known = value switch
        {
            "" or "identity" => ContentCoding.Identity,
            "gzip" or "x-gzip" => ContentCoding.Gzip,
            "br" => ContentCoding.Brotli,
            _ => null,
        };
        coding = known ?? ContentCoding.Identity;
        refusal = known is null ? IngestRefusal.Unsupported("Content-Encoding must be gzip, br or identity.") : null;
        return refusal is null;
    }

    private static bool TryKey(HttpRequest http, out string? key, [NotNullWhen(false)] out IngestRefusal? refusal)
    {
        var values = http.Headers["Idempotency-Key"];
        key = values.Count == 0 ? null : values.ToString();
        refusal = key is null || (key.Length is > 0 and <= LongestKey && values.Count == 1 && key.All(c => c is >= ' ' and <= '~'))
            ? null
            : IngestRefusal.BadRequest("bad_key", $"Idempotency-Key must be 1 to {LongestKey} printable ASCII characters.");
        return refusal is null;
    }

    private static bool TryZone(HttpRequest http, SourceZone defaultZone, [NotNull] out SourceZone? zone, [NotNullWhen(false)] out IngestRefusal? refusal)
    {
        refusal = null;
        zone = defaultZone;

        // A bare plus in a query means a blank: "?zone=+02:00" is what people type.
        if (ValueOf(http, "zone", "X-Zone") is { } text && !SourceZone.TryParse(text[0] == ' ' ? $"+{text[1..]}" : text, out zone))
        {
            refusal = IngestRefusal.BadRequest("bad_zone", "zone must be UTC, an offset like +02:00 or an IANA name like Europe/Berlin.");
        }

        zone ??= defaultZone;
        return refusal is null;
    }

    private static string? ValueOf(HttpRequest http, string query, string header) =>
        http.Query[query].ToString() is { Length: > 0 } value ? value
        : http.Headers[header].ToString() is { Length: > 0 } byHeader ? byHeader
        : null;
}
