using System.Globalization;

namespace LogConsole.Ingestion;

/// <summary>A W3C trace id, 16 bytes big-endian as in its hex text. All zero means none.</summary>
public readonly record struct TraceId(ulong High, ulong Low)
{
    /// <summary>True when the record carries no trace id.</summary>
    public bool IsEmpty => (High | Low) == 0;

    /// <summary>32 lower-case hex digits.</summary>
    public override string ToString() => $"{High:x16}{Low:x16}";

    /// <summary>Reads 32 hex digits; false for anything else, and for all zeros.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TraceId trace)
    {
        trace = default;
        if (text.Length != 32
            || !ulong.TryParse(text[..16], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var high)
            || !ulong.TryParse(text[16..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var low))
        {
            return false;
        }

        trace = new TraceId(high, low);
        return !trace.IsEmpty;
    }
}
