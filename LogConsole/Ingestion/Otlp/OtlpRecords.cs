using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion.Otlp;

/// <summary>The records of one OTLP request as they are read: each belongs to the resource and the scope that were told last. Used by one thread.</summary>
/// <param name="maxRecords">More in one request are refused with all of it.</param>
internal sealed class OtlpRecords(RecordContext context, RecordArena arena, Utf8Interner names, SharedJsonCache shared, int maxRecords)
{
    private readonly JsonRecordParser _json = new(context, arena, names, shared);
    private int _number;

    /// <summary>What was read so far.</summary>
    public ParsedBody Parsed { get; } = new();

    /// <summary>The next records belong to this resource, <c>{"attributes":[…]}</c> or the object it means; empty for none.</summary>
    public void Resource(ReadOnlySpan<byte> json) => (_json.DefaultResource, _json.DefaultScope) = (json.IsEmpty ? null : shared.Get(json), null);

    /// <summary>The next records belong to this instrumentation scope; empty for none.</summary>
    public void Scope(ReadOnlySpan<byte> json) => _json.DefaultScope = json.IsEmpty ? null : shared.Get(json);

    /// <summary>Takes a <c>LogRecord</c> in JSON; false when it is one too many.</summary>
    /// <param name="flags">What was repaired in it.</param>
    public bool TryAdd(ReadOnlyMemory<byte> json, LogRecordFlags flags)
    {
        if (++_number > maxRecords)
        {
            Parsed.Fault = new BodyFault(true, $"more than {maxRecords:N0} records in one request");
            return false;
        }

        if (_json.TryParse(json, _number, flags, out var record, out var reason))
        {
            Parsed.Add(record);
        }
        else
        {
            Parsed.Reject(_number, reason);
        }

        return true;
    }
}
