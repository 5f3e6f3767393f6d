using System.Buffers;
using System.Text;
using System.Text.Json;
using LogConsole.Ingestion.Http;

namespace LogConsole.Ingestion.Otlp;

/// <summary>What OTLP answers: <c>ExportLogsServiceResponse</c>, and <c>google.rpc.Status</c> for what is not taken.</summary>
internal static class OtlpMessages
{
    /// <summary>The answer to a request that was taken; empty when all of it was.</summary>
    /// <param name="rejected">Records that were not taken; the sender must not send them again.</param>
    /// <param name="reason">Why the first of them was not.</param>
    public static byte[] Response(bool isProto, int rejected, string reason)
    {
        if (rejected == 0)
        {
            return isProto ? [] : "{}"u8.ToArray();
        }

        return isProto
            ? Message(1, [.. Number(1, rejected), .. Message(2, Encoding.UTF8.GetBytes(reason))])
            : Json(json =>
            {
                json.WriteStartObject("partialSuccess");
                json.WriteString("rejectedLogRecords", rejected.ToString(System.Globalization.CultureInfo.InvariantCulture));
                json.WriteString("errorMessage", reason);
                json.WriteEndObject();
            });
    }

    /// <summary>Why nothing was taken.</summary>
    public static byte[] Status(bool isProto, IngestRefusal refusal)
    {
        var code = refusal.Status switch
        {
            StatusCodes.Status429TooManyRequests => 8, // RESOURCE_EXHAUSTED
            StatusCodes.Status503ServiceUnavailable => 14, // UNAVAILABLE
            _ => 3, // INVALID_ARGUMENT
        };
        return isProto
            ? [.. Number(1, code), .. Message(2, Encoding.UTF8.GetBytes(refusal.Detail))]
            : Json(json =>
            {
                json.WriteNumber("code", code);
                json.WriteString("message", refusal.Detail);
            });
    }

    private static byte[] Number(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    private static byte[] Message(int field, byte[] content) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static IEnumerable<byte> Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
