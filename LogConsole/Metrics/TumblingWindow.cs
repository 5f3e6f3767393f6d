namespace LogConsole.Metrics;

/// <summary>Ten-second tumbling windows of event time, numbered from the Unix epoch; negative before it.</summary>
public static class TumblingWindow
{
    /// <summary>The width of a stored window.</summary>
    public const int Seconds = 10;

    /// <summary>The same in microseconds.</summary>
    public const long Microseconds = Seconds * 1_000_000L;

    private static readonly long s_first = Of(DateTimeOffset.MinValue);
    private static readonly long s_last = Of(DateTimeOffset.MaxValue);

    /// <summary>The window a moment lies in: floor, also before 1970.</summary>
    public static long Of(long unixMicroseconds)
    {
        var (number, rest) = Math.DivRem(unixMicroseconds, Microseconds);
        return rest < 0 ? number - 1 : number;
    }

    /// <summary>The window a moment lies in.</summary>
    public static long Of(DateTimeOffset moment) => Of((moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / (TimeSpan.TicksPerMillisecond / 1000));

    /// <summary>The window's inclusive start; windows outside the calendar start where it does.</summary>
    public static DateTimeOffset Start(long window) =>
        window < s_first ? DateTimeOffset.MinValue : window > s_last ? DateTimeOffset.MaxValue : DateTimeOffset.UnixEpoch.AddTicks(window * Seconds * TimeSpan.TicksPerSecond);

    /// <summary>The exclusive end of a window of any width; the calendar's end for one that reaches beyond it, as the last window of the year 9999 does.</summary>
    public static DateTimeOffset End(DateTimeOffset start, TimeSpan width) => DateTimeOffset.MaxValue - start > width ? start + width : DateTimeOffset.MaxValue;
}
