namespace LogConsole.Metrics;

/// <summary>Ten-second tumbling windows of event time, numbered from the Unix epoch; negative before it.</summary>
public static class TumblingWindow
{
    /// <summary>The width of a stored window.</summary>
    public const int Seconds = 10;

    /// <summary>The same in microseconds.</summary>
    public const long Microseconds = Seconds * 1_000_000L;

    /// <summary>The window a moment lies in: floor, also before 1970.</summary>
    public static long Of(long unixMicroseconds)
    {
        var (number, rest) = Math.DivRem(unixMicroseconds, Microseconds);
        return rest < 0 ? number - 1 : number;
    }

    /// <summary>The window a moment lies in.</summary>
    public static long Of(DateTimeOffset moment) => Of((moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / (TimeSpan.TicksPerMillisecond / 1000));

    /// <summary>The window's inclusive start.</summary>
    public static DateTimeOffset Start(long window) => DateTimeOffset.UnixEpoch.AddTicks(window * Seconds * TimeSpan.TicksPerSecond);
}
