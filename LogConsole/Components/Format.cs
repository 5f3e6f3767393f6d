using System.Globalization;
using LogConsole.Ingestion;

namespace LogConsole.Components;

/// <summary>Numbers, shares, sizes, durations and times as the console writes them. Narrow no-break spaces group digits and join units.</summary>
internal static class Format
{
    private const char Thin = '\u202F';
    private const char Minus = '\u2212';
    private static readonly NumberFormatInfo s_grouped = new() { NumberGroupSeparator = Thin.ToString(), NumberGroupSizes = [3], NegativeSign = Minus.ToString() };
    private static readonly string[] s_byteUnits = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary><c>12 345</c>.</summary>
    public static string Count(double value) => Math.Round(value).ToString("#,0", s_grouped);

    /// <summary>A rate without its unit: one decimal below 10, two below 1, grouped digits above.</summary>
    public static string Rate(double perSecond) => Math.Abs(perSecond) switch
    {
        0 => "0",
        < 0.01 => "<0.01",
        < 1 => perSecond.ToString("0.0#", s_grouped),
        < 10 => perSecond.ToString("0.#", s_grouped),
        _ => Count(perSecond),
    };

    /// <summary>A share 0–1 as <c>4.2 %</c>; a tiny one is never shown as nothing.</summary>
    public static string Share(double share) => Math.Abs(share) switch
    {
        0 => $"0{Thin}%",
        < 0.0001 => $"<0.01{Thin}%",
        < 0.01 => (share * 100).ToString("0.00", s_grouped) + Thin + "%",
        < 0.1 => (share * 100).ToString("0.0", s_grouped) + Thin + "%",
        _ => (share * 100).ToString("0", s_grouped) + Thin + "%",
    };

    /// <summary>Decimal units, three figures: <c>1.24 GB</c>.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        var value = bytes;
        while (Math.Abs(value) >= 999.5 && unit < s_byteUnits.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var format = unit == 0 || Math.Abs(value) >= 99.95 ? "0" : Math.Abs(value) >= 9.995 ? "0.0" : "0.00";
        return value.ToString(format, s_grouped) + Thin + s_byteUnits[unit];
    }

    /// <summary><c>12 ms</c>, <c>1.2 s</c>, <c>45 s</c>, <c>4 min</c>, <c>3 h</c>, <c>2 d</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 0.0995 => (seconds * 1000).ToString("0", s_grouped) + Thin + "ms",
        < 9.95 => seconds.ToString("0.0", s_grouped) + Thin + "s",
        < 99.5 => seconds.ToString("0", s_grouped) + Thin + "s",
        < 5_970 => (seconds / 60).ToString("0", s_grouped) + Thin + "min",
        < 172_800 => (seconds / 3600).ToString("0", s_grouped) + Thin + "h",
        _ => (seconds / 86_400).ToString("0", s_grouped) + Thin + "d",
    };

    /// <summary>With its sign: <c>+12 %</c>, <c>−3 %</c>, <c>±0 %</c>. Above tenfold as a factor: <c>× 12</c>.</summary>
    public static string RelativeChange(double value, double previous)
    {
        var change = (value - previous) / previous;
        return change >= 9
            ? $"×{Thin}{Count(value / previous)}"
            : Signed(Math.Round(change * 100), static x => x.ToString("0", s_grouped)) + Thin + "%";
    }

    /// <summary>A difference with its sign in front.</summary>
    /// <param name="absolute">Writes the absolute value.</param>
    public static string Signed(double difference, Func<double, string> absolute) =>
        (difference > 0 ? "+" : difference < 0 ? Minus.ToString() : "±") + absolute(Math.Abs(difference));

    /// <summary>Time of day in a zone; with the date when that is another day than <paramref name="now"/>'s.</summary>
    public static string Time(DateTimeOffset moment, TimeZoneInfo zone, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(moment, zone);
        var sameDay = local.Date == TimeZoneInfo.ConvertTime(now, zone).Date;
        return local.ToString(sameDay ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>A record's time with all its digits, in a zone that is named: <c>2026-03-14 11:30:04.123456789 UTC+1</c>.</summary>
    public static string Exact(LogTimestamp time, TimeZoneInfo zone)
    {
        var moment = time.ToDateTimeOffset();
        var digits = time.Nanoseconds == 0 ? "" : time.Nanoseconds.ToString("000", CultureInfo.InvariantCulture);
        return TimeZoneInfo.ConvertTime(moment, zone).ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture) + digits + " " + Offset(moment, zone);
    }

    /// <summary>A zone's offset at a moment: <c>UTC</c>, <c>UTC+2</c>, <c>UTC−3:30</c>.</summary>
    public static string Offset(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(moment);
        if (offset == TimeSpan.Zero)
        {
            return "UTC";
        }

        var sign = offset < TimeSpan.Zero ? Minus : '+';
        return $"UTC{sign}{Math.Abs(offset.Hours)}" + (offset.Minutes == 0 ? "" : $":{Math.Abs(offset.Minutes):00}");
    }

    /// <summary>ISO 8601 in UTC, for <c>datetime</c> attributes and hover.</summary>
    public static string Iso(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
