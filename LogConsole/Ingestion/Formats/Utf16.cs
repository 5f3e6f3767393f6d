using System.Text;

namespace LogConsole.Ingestion.Formats;

/// <summary>Tells UTF-16 by its byte order mark: what Windows' own tools write.</summary>
internal static class Utf16
{
    /// <summary>Bytes of the mark.</summary>
    public const int MarkBytes = 2;

    /// <summary>What a sender or reader is told where nothing but UTF-8 is read.</summary>
    public const string Refused = "it is UTF-16; only UTF-8 is read here";

    /// <summary>The encoding of a text that begins with a mark of UTF-16; null for every other.</summary>
    public static Encoding? Of(ReadOnlySpan<byte> start) => start switch
    {
        [0xFF, 0xFE, ..] => Encoding.Unicode,
        [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode,
        _ => null,
    };
}
