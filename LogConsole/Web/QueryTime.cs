using System.Globalization;

namespace LogConsole.Web;

/// <summary>Times as people and tools write them in a query string.</summary>
public static class QueryTime
{
    /// <summary>
    /// RFC 3339 (without a zone: UTC), epoch seconds, milliseconds, microseconds or nanoseconds by magnitude, <c>now</c>, or an age such as <c>15m</c>,
    /// <c>-15m</c>, <c>now-2h</c> (units s, m, h, d, w). False when it is none of these.
    /// </summary>
    public static bool TryParse(string text, DateTimeOffset now, out DateTimeOffset moment)
    {
        var rest = text.Trim();
        if (rest.StartsWith("now", StringComparison.OrdinalIgnoreCase))
        {
            moment = now;
            rest = rest[3..];
            return rest.Length == 0 || (rest[0] == '-' && TryAge(rest[1..], now, out moment));
        }

        if (TryAge(rest.TrimStart('-'), now, out moment) || TryEpoch(rest, out moment))
        {
            return true;
        }

        return DateTimeOffset.TryParse(
            rest, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment)
            && rest.AsSpan().IndexOfAny('-', ':') > 0;
    }

    private static bool TryAge(string text, DateTimeOffset now, out DateTimeOffset moment)
    {
        moment = now;
        if (text.Length < 2 || !double.TryParse(text.AsSpan(..^1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
        {
            return false;
        }

        double seconds = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, 'w' => 604_800, _ => 0 };
        if (seconds == 0 || amount * seconds > (now - DateTimeOffset.MinValue).TotalSeconds)
        {
            return false;
        }

        moment = now.AddSeconds(-amount * seconds);
        return true;
    }

    // 1e11 seconds is the year 5138: larger numbers are finer units.
    private static bool TryEpoch(string text, out DateTimeOffset moment)
    {
        moment = default;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var seconds = Math.Abs(value) switch
        {
            < 100_000_000_000m => value,
            < 100_000_000_000_000m => value / 1_000m,
            < 100_000_000_000_000_000m => value / 1_000_000m,
            _ => value / 1_000_000_000m,
        };
        if (seconds < -62_135_596_800m || seconds >= 253_402_300_800m)
        {
            return false;
        }

        moment = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }
}
