using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Formats.Lines;
using Microsoft.Extensions.Options;

namespace LogConsole.Ingestion.Http;

/// <summary>Reads bodies into records; holds the caches requests share. Thread-safe.</summary>
internal sealed class HttpRecordReader(IOptions<HttpIngestionOptions> options, IOptions<IngestionOptions> limits, TimeProvider time)
{
    private readonly Utf8Interner _names = new();
    private readonly SharedJsonCache _shared = new(new Utf8Interner(), limits.Value.MaxAttributesBytes);

    private readonly FormatMemory _formats = new();

    /// <summary>Reads one body that arrived now. The records' text points into it and the arena.</summary>
    /// <param name="owner">Whose it is: text lines are read with what the owner's last bodies for that service told.</param>
    public ParsedBody Read(ReadOnlyMemory<byte> body, IngestRequest request, RecordArena arena, string owner)
    {
        var context = new RecordContext
        {
            Arrival = LogTimestamp.From(time.GetUtcNow()),
            Zone = request.Zone,
            DefaultService = request.Service,
            Limits = limits.Value,
        };
        if (request.Format is not (BodyFormat.Text or BodyFormat.Unknown))
        {
            return new BodyParser(context, arena, _names, _shared, options.Value.MaxRecords).Parse(body, request.Format);
        }

        var recogniser = _formats.Recall(owner, request.Service);
        var parsed = new BodyParser(context, arena, _names, _shared, options.Value.MaxRecords, recogniser).Parse(body, request.Format);
        _formats.Keep(owner, request.Service, recogniser);
        return parsed;
    }

    /// <summary>Reads one record that <see cref="LogRecordJson"/> wrote, as it arrived at the given time.</summary>
    public ParsedBody ReadOwn(ReadOnlyMemory<byte> json, DateTimeOffset arrival, RecordArena arena)
    {
        var context = new RecordContext { Arrival = LogTimestamp.From(arrival), Zone = SourceZone.Utc, IsOwnStore = true, Limits = limits.Value };
        return new BodyParser(context, arena, _names, _shared, 1).Parse(json, BodyFormat.NewlineDelimited);
    }
}
