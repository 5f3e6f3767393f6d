namespace LogConsole.Ingestion.Formats;

/// <summary>A time of day.</summary>
/// <param name="Micros">Since midnight.</param>
/// <param name="Nanos">Beyond the microsecond, 0–999.</param>
/// <param name="FractionDigits">Digits after the second, at most 9.</param>
/// <param name="Length">Bytes read.</param>
internal readonly record struct Clock(long Micros, short Nanos, byte FractionDigits, int Length);

/// <summary>
/// Times of day from UTF-8: <c>10:15</c>, <c>10:15:30</c>, <c>10:15:30.123456789</c>, <c>10:15:30,123</c>; loosely also <c>9:5:7:45</c> (45 ms),
/// <c>10.15.30.123</c>, <c>101530</c> and <c>10:15:30 PM</c>. Digits beyond nanoseconds are cut.
/// </summary>
internal static class ClockReader
{
    private const long MicrosPerSecond = 1_000_000;

    /// <summary>Two digits each between colons; seconds and their fraction may be missing.</summary>
    public static bool TryReadStrict(ReadOnlySpan<byte> text, out Clock clock)
    {
        clock = default;
        if (text.Length < 5 || text[2] != ':' || !TryTwo(text, 0, out var hour) || !TryTwo(text, 3, out var minute) || hour > 23 || minute > 59)
        {
            return false;
        }

        if (text.Length <= 5 || text[5] != ':')
        {
            clock = Of(hour, minute, 0, default, 5);
            return true;
        }

        if (!TryTwo(text, 6, out var second) || second > 60)
        {
            return false;
        }

        var fraction = ReadFraction(text, 8);
        clock = Of(hour, minute, second, fraction, 8 + fraction.Length);
        return true;
    }

    /// <summary>As people's formats have it; seconds must be there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out Clock clock)
    {
        clock = default;
        var at = 0;
        if (!TryOneOrTwo(text, ref at, out var hour) || at >= text.Length || text[at] is not ((byte)':' or (byte)'.'))
        {
            return TryReadCompact(text, out clock);
        }

        var separator = text[at++];
        if (!TryOneOrTwo(text, ref at, out var minute) || at >= text.Length || hour > 23 || minute > 59)
        {
            return false;
        }

        var second = 0;
        if (text[at] == separator)
        {
            at++;
            if (!TryOneOrTwo(text, ref at, out second) || second > 60)
            {
                return false;
            }
        }
        else if (Meridiem(text, at) == 0)
        {
            return false;
        }

        // A third colon counts milliseconds: 22:15:29:606, and unpadded 0:7:20:44.
        var fraction = separator == ':' && at < text.Length && text[at] == ':' ? ReadMillis(text, at) : ReadFraction(text, at);
        at += fraction.Length;
        if (Meridiem(text, at) is (> 0) and var meridiem && hour is >= 1 and <= 12)
        {
            hour = (hour % 12) + (meridiem == 'p' ? 12 : 0);
            at += text[at] == ' ' ? 3 : 2;
        }

        clock = Of(hour, minute, second, fraction, at);
        return true;
    }

    // 203615
    private static bool TryReadCompact(ReadOnlySpan<byte> text, out Clock clock)
    {
        clock = default;
        if (!TryTwo(text, 0, out var hour) || !TryTwo(text, 2, out var minute) || !TryTwo(text, 4, out var second) || hour > 23 || minute > 59 || second > 60)
        {
            return false;
        }

        var fraction = ReadFraction(text, 6);
        clock = Of(hour, minute, second, fraction, 6 + fraction.Length);
        return true;
    }

    private static Clock Of(int hour, int minute, int second, (int Nanos, int Digits, int Length) fraction, int length) => new(
        (((hour * 3600L) + (minute * 60) + second) * MicrosPerSecond) + (fraction.Nanos / 1000),
        (short)(fraction.Nanos % 1000),
        (byte)Math.Min(9, fraction.Digits),
        length);

    private static (int Nanos, int Digits, int Length) ReadFraction(ReadOnlySpan<byte> text, int at)
    {
        if (at + 1 >= text.Length || text[at] is not ((byte)'.' or (byte)',') || !char.IsAsciiDigit((char)text[at + 1]))
        {
            return default;
        }

        var nanos = 0;
        var scale = 100_000_000;
        var end = at + 1;
        for (; end < text.Length && (uint)(text[end] - '0') <= 9; end++)
        {
            nanos += (text[end] - '0') * scale;
            scale /= 10;
        }

        // "10:15:30,2026-11-20": a date in the next column.
        return end < text.Length && text[end] is (byte)'-' or (byte)'/' && text[at] == ',' ? default : (nanos, end - at - 1, end - at);
    }

    private static (int Nanos, int Digits, int Length) ReadMillis(ReadOnlySpan<byte> text, int at)
    {
        var end = at + 1;
        var millis = 0;
        for (; end < text.Length && end <= at + 3 && (uint)(text[end] - '0') <= 9; end++)
        {
            millis = (millis * 10) + text[end] - '0';
        }

        return end == at + 1 ? default : (millis * 1_000_000, 3, end - at);
    }

    // "PM", " PM", "pm": 'a', 'p' or 0
    private static int Meridiem(ReadOnlySpan<byte> text, int at)
    {
        at += at < text.Length && text[at] == ' ' ? 1 : 0;
        if (at + 1 >= text.Length || (text[at + 1] | 0x20) != 'm' || (at + 2 < text.Length && char.IsAsciiLetterOrDigit((char)text[at + 2])))
        {
            return 0;
        }

        var letter = text[at] | 0x20;
        return letter is 'a' or 'p' ? letter : 0;
    }

    private static bool TryTwo(ReadOnlySpan<byte> text, int at, out int value)
    {
        value = 0;
        if (at + 2 > text.Length)
        {
            return false;
        }

        var tens = text[at] - '0';
        var ones = text[at + 1] - '0';
        value = (tens * 10) + ones;
        return (uint)tens <= 9 && (uint)ones <= 9;
    }

    private static bool TryOneOrTwo(ReadOnlySpan<byte> text, ref int at, out int value)
    {
        value = 0;
        var start = at;
        while (at < text.Length && at < start + 2 && (uint)(text[at] - '0') <= 9)
        {
            value = (value * 10) + text[at++] - '0';
        }

        return at > start;
    }
}
