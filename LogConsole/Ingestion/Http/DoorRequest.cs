using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion.Http;

/// <summary>One request at a door: what it says before its body is read, and how its door reads bodies and writes answers.</summary>
internal abstract record DoorRequest
{
    /// <summary>The door's name in counters and source names: a fixed word.</summary>
    public abstract string Door { get; }

    /// <summary>How the body is packed.</summary>
    public required ContentCoding Coding { get; init; }

    /// <summary>The <c>Idempotency-Key</c>, or null: then an identical body whose records carry timestamps is recognised for an hour.</summary>
    public string? Key { get; init; }

    /// <summary>What decides, beside the bytes, which records they are: two requests with equal text and bytes are one.</summary>
    public abstract string ReadingOf(ReadOnlySpan<byte> body);

    /// <summary>At least as many records as the body has, told without reading them.</summary>
    public virtual long MostRecords(ReadOnlySpan<byte> body) => MostRecordsOfText(body);

    /// <summary>Of text: every record is a line, or has a brace of its own.</summary>
    public static long MostRecordsOfText(ReadOnlySpan<byte> body) => 1L + Math.Max(body.Count((byte)'\n'), body.Count((byte)'{'));

    /// <summary>Reads a body that arrived now; its records' text points into it and the arena.</summary>
    /// <param name="owner">Whose key the request carries.</param>
    public abstract ParsedBody Read(ReadOnlyMemory<byte> body, RecordArena arena, string owner);

    /// <summary>The answer to a request whose records are durable.</summary>
    /// <param name="parsed">What it held; null when that is not known any more, as of a repeat.</param>
    public abstract IResult Reply(HttpContext context, ParsedBody? parsed, DeliveryOutcome outcome);

    /// <summary>The answer to one that was not taken.</summary>
    public abstract IResult Refuse(HttpContext context, IngestRefusal refusal);
}
