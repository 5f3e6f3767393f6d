using System.Buffers;
using System.Text.Json;
using LogConsole.Components.Controls;
using LogConsole.Ingestion;
using LogConsole.Live;
using LogConsole.Logs;
using LogConsole.Streaming;

namespace LogConsole.Components.Streaming;

/// <summary>
/// Lines as the list takes them: JSON arrays separated by commas, UTF-8, text cleaned for display. One line is
/// <c>["6131….2c0…",1773484204000,"warn","checkout","Retry 2 of 5",null]</c>: place, event time in ms, severity, service, text, what is odd or null.
/// </summary>
internal static class LineEncoder
{
    /// <summary>The lines in the given order; empty for none.</summary>
    public static byte[] Encode(IReadOnlyList<StreamLine> lines)
    {
        var buffer = new ArrayBufferWriter<byte>(128 * Math.Max(1, lines.Count));
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartArray();
            foreach (var line in lines)
            {
                Write(writer, line);
            }

            writer.WriteEndArray();
        }

        return buffer.WrittenSpan[1..^1].ToArray();
    }

    /// <summary>Chunks one after the other; a single one as it is, shared by all who show it.</summary>
    public static byte[] Join(IReadOnlyList<TailChunk<StreamLine>> chunks)
    {
        if (chunks.Count == 1)
        {
            return chunks[0].Encoded(Encode);
        }

        var joined = new ArrayBufferWriter<byte>();
        foreach (var chunk in chunks)
        {
            if (joined.WrittenCount != 0)
            {
                joined.Write(","u8);
            }

            joined.Write(chunk.Encoded(Encode));
        }

        return joined.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, StreamLine line)
    {
        writer.WriteStartArray();
        writer.WriteStringValue(new LogCursor(line.UnixMicroseconds, line.Id).ToString());
        writer.WriteNumberValue(new LogTimestamp(line.UnixMicroseconds).ToDateTimeOffset().ToUnixTimeMilliseconds());
        writer.WriteStringValue(SeverityBands.Name(SeverityBands.Of(line.SeverityNumber)));
        writer.WriteStringValue(DisplayText.Clean(line.Service));
        writer.WriteStringValue(DisplayText.Clean(line.Text));
        if (LineOddities.Summary(line.Flags, line.IsCut) is { Length: > 0 } odd)
        {
            writer.WriteStringValue(odd);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WriteEndArray();
    }
}
