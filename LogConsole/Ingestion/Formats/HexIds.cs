using System.Globalization;

namespace LogConsole.Ingestion.Formats;

/// <summary>Trace and span ids as hex text, either case. Text that is no id is refused, so that it can stay an attribute.</summary>
internal static class HexIds
{
    private const int SpanDigits = 16;

    /// <summary>Reads 32 digits, or the 16 of older tracers as the lower half.</summary>
    public static bool TryTraceId(ReadOnlySpan<byte> digits, out TraceId id)
    {
        ulong high = 0;
        ulong low = 0;
        var isId = digits.Length switch
        {
            2 * SpanDigits => TryHex(digits[..SpanDigits], out high) && TryHex(digits[SpanDigits..], out low),
            SpanDigits => TryHex(digits, out low),
            _ => false,
        };
        id = isId ? new TraceId(high, low) : default;
        return isId;
    }

    /// <summary>Reads 16 digits.</summary>
    public static bool TrySpanId(ReadOnlySpan<byte> digits, out ulong id)
    {
        id = 0;
        return digits.Length == SpanDigits && TryHex(digits, out id);
    }

    private static bool TryHex(ReadOnlySpan<byte> digits, out ulong value) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
