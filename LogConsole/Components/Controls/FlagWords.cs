using LogConsole.Ingestion;

namespace LogConsole.Components.Controls;

/// <summary>What is odd about a record, in words.</summary>
internal static class FlagWords
{
    private static readonly (LogRecordFlags Flag, string Words)[] s_words =
    [
        (LogRecordFlags.Truncated, "cut at the size limit"),
        (LogRecordFlags.InvalidUtf8Replaced, "invalid UTF-8 replaced"),
        (LogRecordFlags.NulReplaced, "NUL replaced"),
        (LogRecordFlags.TimestampMissing, "no timestamp, arrival time shown"),
        (LogRecordFlags.FarFuture, "timestamp far in the future"),
        (LogRecordFlags.FarPast, "timestamp far in the past"),
        (LogRecordFlags.ZoneAssumed, "zone assumed"),
        (LogRecordFlags.ServiceFolded, "service limit reached"),
        (LogRecordFlags.Late, "late"),
    ];

    /// <summary>The words separated by middle dots; empty when nothing is odd.</summary>
    /// <param name="isCut">Only the beginning of the message is shown.</param>
    public static string Of(LogRecordFlags flags, bool isCut)
    {
        if (flags == LogRecordFlags.None && !isCut)
        {
            return "";
        }

        var words = s_words.Where(word => flags.HasFlag(word.Flag)).Select(word => word.Words);
        return string.Join(" · ", isCut ? words.Append("only the beginning is shown") : words);
    }
}
