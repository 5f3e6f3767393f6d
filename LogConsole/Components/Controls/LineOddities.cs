using LogConsole.Ingestion;

namespace LogConsole.Components.Controls;

/// <summary>What is odd about a line, in words: a few for the list, a sentence where there is room.</summary>
internal static class LineOddities
{
    private static readonly (LogRecordFlags Flag, string Words, string Sentence)[] s_words =
    [
        (LogRecordFlags.Late, "late", "Late: its time window had already closed when it was stored."),
        (LogRecordFlags.Truncated, "cut at the size limit", "Truncated: the line was longer than Ingestion:MaxLineBytes and its rest is gone, or attributes did not fit into Ingestion:MaxAttributesBytes and were left out."),
        (LogRecordFlags.TimestampMissing, "no timestamp, arrival time shown", "No time that could be read: the time it arrived stands in."),
        (LogRecordFlags.ZoneAssumed, "zone assumed", "Time without a zone: the default zone of its source was assumed."),
        (LogRecordFlags.FarFuture, "timestamp far in the future", "Clock far off: its time lies further in the future than the limit (Ingestion:FarFuture)."),
        (LogRecordFlags.FarPast, "timestamp far in the past", "Time far in the past: a clock far off, or old data (Ingestion:FarPast)."),
        (LogRecordFlags.InvalidUtf8Replaced, "invalid UTF-8 replaced", "Invalid UTF-8 was replaced by \uFFFD."),
        (LogRecordFlags.NulReplaced, "NUL replaced", "NUL characters were replaced by \uFFFD."),
        (LogRecordFlags.ServiceFolded, "service limit reached", "There are more services than the limit (Pipeline:MaxServices): its own name is kept among the attributes."),
    ];

    /// <summary>The words of a list's row, separated by middle dots; empty when nothing is odd.</summary>
    /// <param name="isCut">Only the beginning of the message is shown.</param>
    public static string Summary(LogRecordFlags flags, bool isCut)
    {
        if (flags == LogRecordFlags.None && !isCut)
        {
            return "";
        }

        var words = Words(flags);
        return string.Join(" · ", isCut ? words.Append("only the beginning is shown") : words);
    }

    /// <summary>A few words each; empty for an ordinary line.</summary>
    public static IEnumerable<string> Words(LogRecordFlags flags) => s_words.Where(word => flags.HasFlag(word.Flag)).Select(word => word.Words);

    /// <summary>A sentence each; empty for an ordinary line.</summary>
    public static IEnumerable<string> Sentences(LogRecordFlags flags) => s_words.Where(word => flags.HasFlag(word.Flag)).Select(word => word.Sentence);
}
