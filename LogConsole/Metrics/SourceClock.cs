using System.Runtime.InteropServices;

namespace LogConsole.Metrics;

/// <summary>
/// The event-time progress of one source, advanced record by record in the source's order, so the same records give the same late ones
/// however they are batched. A value: a batch works on a copy that replaces the committed one after the commit.
/// </summary>
/// <param name="MaxEventMicroseconds">The newest event time seen, Unix microseconds; <see cref="long.MinValue"/> before the first.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct SourceClock(long MaxEventMicroseconds)
{
    /// <summary>Nothing seen yet.</summary>
    public static SourceClock Start { get; } = new(long.MinValue);

    /// <summary>
    /// What our clock has closed: while the newest event time is close to it, a quiet source's windows close by our clock too.
    /// <see cref="long.MinValue"/> when our clock has no say, as for old data. Taken before a delivery, whose records arrive at one moment:
    /// they cannot be late against each other but by the source's own order.
    /// </summary>
    public long ClosedByOurClock(long arrivalMicroseconds, MetricsOptions options) =>
        MaxEventMicroseconds != long.MinValue
        && Math.Abs((double)arrivalMicroseconds - MaxEventMicroseconds) <= options.LiveWithin.TotalMicroseconds
            ? arrivalMicroseconds
            : long.MinValue;

    /// <summary>True when the record's window had closed: its end plus the allowed lateness lies at or before the newest event time, or what our clock has closed.</summary>
    /// <param name="eventMicroseconds">The record's event time.</param>
    /// <param name="closedByOurClock">See <see cref="ClosedByOurClock"/>.</param>
    /// <param name="options">Allowed lateness.</param>
    public bool IsLate(long eventMicroseconds, long closedByOurClock, MetricsOptions options)
    {
        if (MaxEventMicroseconds == long.MinValue)
        {
            return false;
        }

        var windowEnd = (TumblingWindow.Of(eventMicroseconds) + 1) * TumblingWindow.Microseconds;
        return windowEnd + (long)options.AllowedLateness.TotalMicroseconds <= Math.Max(MaxEventMicroseconds, closedByOurClock);
    }

    /// <summary>The clock after a record.</summary>
    public SourceClock Advance(long eventMicroseconds) => new(Math.Max(MaxEventMicroseconds, eventMicroseconds));
}
