using System.Buffers.Text;

namespace LogConsole.Ingestion.Formats;

/// <summary>
/// Timestamps as senders write them, from UTF-8 and without allocating:
/// RFC 3339 (<c>2026-11-20T10:00:00.123456789+02:00</c>), the same with a space or a comma (<c>2026-11-20 10:00:00,123</c>) and without a zone,
/// and Unix time in s, ms, µs or ns, told apart by magnitude.
/// </summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc3339#section-5.6. Digits beyond nanoseconds are cut. A leap second is the second after it.</remarks>
internal static class TimestampParser
{
    private const long MicrosPerSecond = 1_000_000;
    internal const int UnixEpochDay = 719_162;

    // 1973-03-03: smaller numbers are counters or uptimes, not times.
    private const long SmallestSeconds = 100_000_000;

    /// <summary>Reads a whole text: one of the forms above, or digits.</summary>
    /// <param name="zone">Applied when the text names none; <paramref name="zoneAssumed"/> then says so.</param>
    public static bool TryParse(ReadOnlySpan<byte> text, SourceZone zone, out LogTimestamp timestamp, out bool zoneAssumed)
    {
        text = text.Trim((byte)' ');
        if (TryParsePrefix(text, zone, out timestamp, out zoneAssumed, out var consumed))
        {
            return consumed == text.Length;
        }

        zoneAssumed = false;
        return TryParseEpoch(text, out timestamp);
    }

    /// <summary>Reads a timestamp (not digits alone) at the start of a text.</summary>
    /// <param name="consumed">Its length in bytes.</param>
    public static bool TryParsePrefix(ReadOnlySpan<byte> text, SourceZone zone, out LogTimestamp timestamp, out bool zoneAssumed, out int consumed)
    {
        timestamp = default;
        zoneAssumed = false;
        consumed = 0;
        // T10:00, T10:00:00, T10:00:00.123456789 or with ' ', 't', '_' before and ',' within
        if (!TryDate(text, out var day) || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ' or (byte)'_') || !ClockReader.TryReadStrict(text[11..], out var clock))
        {
            return false;
        }

        consumed = 11 + clock.Length;
        var micros = clock.Micros + (day * 86_400 * MicrosPerSecond);
        if (TryOffset(text[consumed..], out var offsetMinutes, out var offsetLength))
        {
            consumed += offsetLength;
            micros -= offsetMinutes * 60 * MicrosPerSecond;
        }
        else
        {
            zoneAssumed = true;
            micros = zone.ToUtc(micros);
        }

        timestamp = new LogTimestamp(micros, clock.Nanos);
        return timestamp >= LogTimestamp.MinValue && timestamp <= LogTimestamp.MaxValue
            && (consumed == text.Length || !IsWord(text[consumed]));
    }

    /// <summary>
    /// Reads Unix time: below 10^11 seconds, below 10^14 ms, below 10^17 µs, else ns; a fraction (<c>1763632800.25</c>) is exact.
    /// False for negative numbers and for those before 1973.
    /// </summary>
    public static bool TryParseEpoch(ReadOnlySpan<byte> text, out LogTimestamp timestamp)
    {
        timestamp = default;
        if (!Utf8Parser.TryParse(text, out ulong whole, out var length) || whole > long.MaxValue)
        {
            return false;
        }

        var rest = text[length..];
        var nanosPerUnit = NanosPerUnit(whole);
        if (!rest.IsEmpty && rest[0] != '.')
        {
            return TryParseExponent(text, out timestamp);
        }

        var fraction = 0L;
        var scale = nanosPerUnit / 10;
        foreach (var digit in rest.IsEmpty ? rest : rest[1..])
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return TryParseExponent(text, out timestamp);
            }

            fraction += (digit - '0') * scale;
            scale /= 10;
        }

        return TryFrom((Int128)whole * nanosPerUnit + fraction, out timestamp);
    }

    /// <summary>
    /// Reads whole numbers as Unix time that <see cref="TryParseEpoch"/> leaves alone, 0, negative ones and those before 1973 (which as likely are
    /// something else), in units by the same magnitudes.
    /// </summary>
    public static bool TryParseEarlyEpoch(ReadOnlySpan<byte> text, out LogTimestamp timestamp)
    {
        timestamp = default;
        if (!Utf8Parser.TryParse(text, out long whole, out var length) || length != text.Length || whole == long.MinValue)
        {
            return false;
        }

        var nanoseconds = (Int128)whole * NanosPerUnit((ulong)Math.Abs(whole));
        var nanos = (short)(((nanoseconds % 1000) + 1000) % 1000);
        timestamp = new LogTimestamp((long)((nanoseconds - nanos) / 1000), nanos);
        return timestamp >= LogTimestamp.MinValue && timestamp <= LogTimestamp.MaxValue;
    }

    private static long NanosPerUnit(ulong magnitude) => magnitude switch
    {
        < 100_000_000_000 => 1_000_000_000,
        < 100_000_000_000_000 => 1_000_000,
        < 100_000_000_000_000_000 => 1_000,
        _ => 1,
    };

    private static bool TryParseExponent(ReadOnlySpan<byte> text, out LogTimestamp timestamp)
    {
        timestamp = default;
        if (!Utf8Parser.TryParse(text, out decimal value, out var length, 'e') || length != text.Length || value is < 0 or > long.MaxValue)
        {
            return false;
        }

        var nanosPerUnit = value < 1e11m ? 1e9m : value < 1e14m ? 1e6m : value < 1e17m ? 1e3m : 1m;
        return TryFrom((Int128)(value * nanosPerUnit), out timestamp);
    }

    private static bool TryFrom(Int128 nanoseconds, out LogTimestamp timestamp)
    {
        var (micros, nanos) = Int128.DivRem(nanoseconds, 1000);
        timestamp = new LogTimestamp((long)micros, (short)nanos);
        return micros >= SmallestSeconds * MicrosPerSecond && timestamp <= LogTimestamp.MaxValue;
    }

    // 2026-11-20
    private static bool TryDate(ReadOnlySpan<byte> text, out long day)
    {
        day = 0;
        if (text.Length < 16 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text, 0, 4, out var year) || !TryDigits(text, 5, 2, out var month) || !TryDigits(text, 8, 2, out var dayOfMonth)
            || year == 0 || month is 0 or > 12 || dayOfMonth == 0 || dayOfMonth > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        day = new DateOnly(year, month, dayOfMonth).DayNumber - UnixEpochDay;
        return true;
    }

    /// <summary>Reads <c>Z</c>, <c>+02:00</c>, <c>+0200</c>, <c>+02</c>, and after a space <c>+0200</c>, <c>+02:00</c>, <c>UTC</c> or <c>GMT</c>, as minutes east of UTC.</summary>
    internal static bool TryOffset(ReadOnlySpan<byte> text, out long minutes, out int length)
    {
        minutes = 0;
        length = 0;
        if (text.IsEmpty)
        {
            return false;
        }

        if (text[0] is (byte)'Z' or (byte)'z')
        {
            length = 1;
            return true;
        }

        var spaced = text[0] == ' ';
        var sign = spaced ? text[1..] : text;
        if (spaced && (sign.StartsWith("UTC"u8) || sign.StartsWith("GMT"u8)) && (sign.Length == 3 || !IsWord(sign[3])))
        {
            length = 4;
            return true;
        }

        if (sign.IsEmpty || sign[0] is not ((byte)'+' or (byte)'-') || !TryDigits(sign, 1, 2, out var hours) || hours > 23)
        {
            return false;
        }

        length = 3;
        var minuteAt = sign.Length > 3 && sign[3] == ':' ? 4 : 3;
        if (TryDigits(sign, minuteAt, 2, out var minutePart) && minutePart <= 59)
        {
            length = minuteAt + 2;
        }
        else if (spaced)
        {
            // "10:00:00 -12 items": two digits after a space are not an offset.
            length = 0;
            return false;
        }
        else
        {
            minutePart = 0;
        }

        minutes = (hours * 60) + minutePart;
        minutes = sign[0] == '-' ? -minutes : minutes;
        length += spaced ? 1 : 0;
        return true;
    }

    private static bool IsWord(byte value) => char.IsAsciiLetterOrDigit((char)value) || value is (byte)':' or (byte)'_';

    private static bool TryDigits(ReadOnlySpan<byte> text, int at, int count, out int value)
    {
        value = 0;
        if (text.Length < at + count)
        {
            return false;
        }

        foreach (var digit in text.Slice(at, count))
        {
            var d = digit - '0';
            if ((uint)d > 9)
            {
                return false;
            }

            value = (value * 10) + d;
        }

        return true;
    }
}
