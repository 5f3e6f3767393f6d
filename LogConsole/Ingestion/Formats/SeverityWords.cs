using System.Buffers;
using System.Text;

namespace LogConsole.Ingestion.Formats;

/// <summary>The level words and numbers of common loggers, as OpenTelemetry severity numbers.</summary>
/// <remarks>
/// Appendix B of https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/. Words that only Google Cloud and syslog have
/// (alert, emergency) take Google's places above critical, so that the words keep their order.
/// </remarks>
internal static class SeverityWords
{
    private const int LongestWord = 16;

    /// <summary>The number of a word in any case, or 0 when it is none.</summary>
    public static byte NumberOf(ReadOnlySpan<byte> word)
    {
        Span<char> lower = stackalloc char[LongestWord];
        if (word.Length is 0 or > LongestWord || Ascii.ToLower(word, lower, out var length) != OperationStatus.Done)
        {
            return SeverityNumber.Unspecified;
        }

        return (ReadOnlySpan<char>)lower[..length] switch
        {
            "trace" or "trce" or "trc" or "verbose" or "verb" or "vrb" or "finest" or "finer" or "silly" or "t" or "v" => SeverityNumber.Trace,
            "trace2" => 2,
            "trace3" => 3,
            "trace4" => 4,
            "debug" or "dbug" or "dbg" or "debg" or "debug1" or "debug5" or "fine" or "d" => SeverityNumber.Debug,
            "debug2" => 6,
            "debug3" => 7,
            "debug4" => 8,
            "information" or "informational" or "info" or "inf" or "config" or "log" or "default" or "i" => SeverityNumber.Info,
            "notice" or "note" or "success" or "info2" => 10,
            "info3" => 11,
            "info4" => 12,
            "warning" or "warn" or "wrn" or "w" => SeverityNumber.Warn,
            "warn2" => 14,
            "warn3" => 15,
            "warn4" => 16,
            "error" or "err" or "eror" or "fail" or "failure" or "severe" or "e" => SeverityNumber.Error,
            "error2" => 18,
            "error3" => 19,
            "error4" => 20,
            "critical" or "crit" or "fatal" or "ftl" or "dpanic" or "c" or "f" => SeverityNumber.Fatal,
            "alert" or "fatal2" => 22,
            "fatal3" => 23,
            "emergency" or "emerg" or "panic" or "fatal4" => 24,
            _ => SeverityNumber.Unspecified,
        };
    }

    /// <summary>Syslog's 0 (emergency) to 7 (debug); others give 0.</summary>
    public static byte OfSyslog(long number) => number switch
    {
        0 => 21,
        1 => 19,
        2 => 18,
        3 => 17,
        4 => 13,
        5 => 10,
        6 => 9,
        7 => 5,
        _ => SeverityNumber.Unspecified,
    };

    /// <summary>
    /// The numbers pino and bunyan write, 10 to 60 in tens; between two of them the lower counts. Others give 0.
    /// </summary>
    public static byte OfPino(long number) => number switch
    {
        < 10 or >= 70 => SeverityNumber.Unspecified,
        < 20 => SeverityNumber.Trace,
        < 30 => SeverityNumber.Debug,
        < 40 => SeverityNumber.Info,
        < 50 => SeverityNumber.Warn,
        < 60 => SeverityNumber.Error,
        _ => SeverityNumber.Fatal,
    };

    /// <summary>OpenTelemetry's own 1–24; others give 0.</summary>
    public static byte OfOpenTelemetry(long number) => number is >= 1 and <= SeverityNumber.Max ? (byte)number : SeverityNumber.Unspecified;
}
