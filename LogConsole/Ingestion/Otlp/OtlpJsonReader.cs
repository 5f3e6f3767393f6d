using System.Text.Json;
using LogConsole.Ingestion.Formats;

namespace LogConsole.Ingestion.Otlp;

/// <summary>
/// OTLP's <c>ExportLogsServiceRequest</c> in JSON (opentelemetry-proto, docs/specification.md, "JSON Protobuf Encoding") to records, read leniently: several
/// documents may follow one another, as Vector sends them, and unknown names are passed over. What is no such request is refused whole. Pure but for the arena.
/// </summary>
internal sealed class OtlpJsonReader(OtlpRecords records)
{
    private delegate bool Part(ReadOnlyMemory<byte> json);

    /// <summary>Reads the request, which is valid UTF-8 without NUL.</summary>
    /// <param name="flags">What was repaired to make it so.</param>
    public ParsedBody Read(ReadOnlyMemory<byte> request, LogRecordFlags flags)
    {
        try
        {
            while (!(request = request.Trim(" \t\r\n"u8)).IsEmpty)
            {
                var length = LengthOf(request.Span);
                if (!TryMember(request[..length], "resourceLogs"u8, JsonTokenType.StartArray, out var list) || !TryEach(list, logs => TryResourceLogs(logs, flags)))
                {
                    return records.Parsed;
                }

                request = request[length..];
            }
        }
        catch (JsonException e)
        {
            records.Parsed.Fault ??= new BodyFault(false, e.BytePositionInLine is { } at ? $"not valid JSON, line {e.LineNumber + 1}, byte {at + 1}" : "not valid JSON");
        }

        return records.Parsed;
    }

    private bool TryResourceLogs(ReadOnlyMemory<byte> json, LogRecordFlags flags)
    {
        if (!TryMember(json, "resource"u8, JsonTokenType.StartObject, out var resource) || !TryMember(json, "scopeLogs"u8, JsonTokenType.StartArray, out var list))
        {
            return false;
        }

        records.Resource(resource.Span);
        return TryEach(list, logs => TryScopeLogs(logs, flags));
    }

    private bool TryScopeLogs(ReadOnlyMemory<byte> json, LogRecordFlags flags)
    {
        if (!TryMember(json, "scope"u8, JsonTokenType.StartObject, out var scope) || !TryMember(json, "logRecords"u8, JsonTokenType.StartArray, out var list))
        {
            return false;
        }

        records.Scope(scope.Span);
        return TryEach(list, record => records.TryAdd(record, flags));
    }

    private static int LengthOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, JsonValues.ReaderOptions);
        reader.Read();
        reader.Skip();
        return (int)reader.BytesConsumed;
    }

    // The value of a member of an object; empty where it has none or null. False, with the fault told, where it is of another kind.
    private bool TryMember(ReadOnlyMemory<byte> json, ReadOnlySpan<byte> name, JsonTokenType type, out ReadOnlyMemory<byte> value)
    {
        value = default;
        var reader = new Utf8JsonReader(json.Span, JsonValues.ReaderOptions);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return Refuse("an object is expected");
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            var (start, found) = ((int)reader.TokenStartIndex, reader.TokenType);
            reader.Skip();
            if (isIt && found == type)
            {
                value = json[start..(int)reader.BytesConsumed];
            }
            else if (isIt && found != JsonTokenType.Null)
            {
                return Refuse($"{System.Text.Encoding.UTF8.GetString(name)} must be {(type == JsonTokenType.StartArray ? "an array" : "an object")}");
            }
        }

        return true;
    }

    private bool TryEach(ReadOnlyMemory<byte> list, Part part)
    {
        if (list.IsEmpty)
        {
            return true;
        }

        var at = 1;
        while (TryNext(list, ref at, out var element))
        {
            if (!part(element))
            {
                return false;
            }
        }

        return true;
    }

    // A reader cannot be kept across the call of a part, so the next one begins behind the element.
    private static bool TryNext(ReadOnlyMemory<byte> list, ref int at, out ReadOnlyMemory<byte> element)
    {
        element = default;
        var rest = list.Span[at..].TrimStart(" \t\r\n,"u8);
        at = list.Length - rest.Length;
        if (rest[0] == ']')
        {
            return false;
        }

        var length = LengthOf(rest);
        element = list.Slice(at, length);
        at += length;
        return true;
    }

    private bool Refuse(string reason)
    {
        records.Parsed.Fault ??= new BodyFault(false, $"not an ExportLogsServiceRequest: {reason}");
        return false;
    }
}
