using System.Globalization;

namespace LogConsole.Ingestion;

/// <summary>
/// A moment in UTC: whole microseconds since 1970-01-01, which is what PostgreSQL keeps, plus the 0–999 nanoseconds
/// that do not fit. Orders by time. The range is the years 1 to 9999.
/// </summary>
/// <param name="UnixMicroseconds">Microseconds since the Unix epoch; negative before it.</param>
/// <param name="Nanoseconds">The remainder below a microsecond, 0–999, always added.</param>
public readonly record struct LogTimestamp(long UnixMicroseconds, short Nanoseconds = 0) : IComparable<LogTimestamp>
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    /// <summary>0001-01-01T00:00:00Z.</summary>
    public static LogTimestamp MinValue { get; } = From(DateTimeOffset.MinValue);

    /// <summary>9999-12-31T23:59:59.999999999Z.</summary>
    public static LogTimestamp MaxValue { get; } = From(DateTimeOffset.MaxValue) with { Nanoseconds = 999 };

    /// <summary>Converts; the 100 ns digit of a tick is kept in <see cref="Nanoseconds"/>.</summary>
    public static LogTimestamp From(DateTimeOffset value)
    {
        var ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
        var (micros, rest) = Math.DivRem(ticks, TicksPerMicrosecond);
        return rest < 0
            ? new LogTimestamp(micros - 1, (short)((rest + TicksPerMicrosecond) * 100))
            : new LogTimestamp(micros, (short)(rest * 100));
    }

    /// <summary>The same moment, cut to 100 ns; clamped to the range of <see cref="DateTimeOffset"/>.</summary>
    public DateTimeOffset ToDateTimeOffset()
    {
        var micros = Math.Clamp(UnixMicroseconds, MinValue.UnixMicroseconds, MaxValue.UnixMicroseconds);
        return new DateTimeOffset((micros * TicksPerMicrosecond) + (Nanoseconds / 100) + DateTimeOffset.UnixEpoch.Ticks, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public int CompareTo(LogTimestamp other)
    {
        var byMicros = UnixMicroseconds.CompareTo(other.UnixMicroseconds);
        return byMicros != 0 ? byMicros : Nanoseconds.CompareTo(other.Nanoseconds);
    }

    public static bool operator <(LogTimestamp left, LogTimestamp right) => left.CompareTo(right) < 0;

    public static bool operator >(LogTimestamp left, LogTimestamp right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogTimestamp left, LogTimestamp right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogTimestamp left, LogTimestamp right) => left.CompareTo(right) >= 0;

    /// <summary>RFC 3339 in UTC; nanoseconds only when there are any: <c>2026-11-20T10:00:00.123456Z</c>.</summary>
    public override string ToString()
    {
        var text = ToDateTimeOffset().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
        return Nanoseconds == 0 ? text + "Z" : text + Nanoseconds.ToString("000", CultureInfo.InvariantCulture) + "Z";
    }
}
