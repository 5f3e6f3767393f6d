using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using LogConsole.Logs;
using LogConsole.Pipeline;

namespace LogConsole.Streaming;

/// <summary>One line of the list, as hostile as it arrived.</summary>
/// <param name="Id">The record id.</param>
/// <param name="UnixMicroseconds">Event time.</param>
/// <param name="SeverityNumber">0–24.</param>
/// <param name="Service">At most 128 characters.</param>
/// <param name="Text">The beginning of the message, at most <see cref="MaxBytes"/> of UTF-8 or as many characters, cut at a character.</param>
/// <param name="IsCut">Whether there is more of it.</param>
/// <param name="Flags">What is odd about it.</param>
public sealed record StreamLine(long Id, long UnixMicroseconds, byte SeverityNumber, string Service, string Text, bool IsCut, LogRecordFlags Flags)
{
    /// <summary>More than any screen shows of a line; the drawer shows the whole.</summary>
    public const int MaxBytes = 1_024;

    /// <summary>A committed record, while its text is valid.</summary>
    public static StreamLine Of(LogBatch batch, int index, long id, string service)
    {
        var record = batch.Records[index];
        var body = record.Body.Span;
        return new StreamLine(
            id, record.Timestamp.UnixMicroseconds, record.SeverityNumber, service, System.Text.Encoding.UTF8.GetString(body[..Utf8Text.CutLength(body, MaxBytes)]),
            body.Length > MaxBytes, record.Flags | batch.Flags[index]);
    }

    /// <summary>A stored record.</summary>
    public static StreamLine Of(LogRow row, string service)
    {
        var isCut = row.Body.Length > MaxBytes;
        var end = isCut && char.IsHighSurrogate(row.Body[MaxBytes - 1]) ? MaxBytes - 1 : MaxBytes;
        return new StreamLine(row.Id, row.Timestamp.UnixMicroseconds, row.SeverityNumber, service, isCut ? row.Body[..end] : row.Body, isCut, row.Flags);
    }
}
