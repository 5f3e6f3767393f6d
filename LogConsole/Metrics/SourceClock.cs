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
    /// True when the record's window had closed: its end plus the allowed lateness lies at or before the watermark. The watermark is the newest event time;
    /// while that is close to our clock, our clock counts as well, so that a quiet live source closes its windows too.
    /// </summary>
    /// <param name="eventMicroseconds">The record's event time.</param>
    /// <param name="arrivalMicroseconds">When it arrived, by our clock.</param>
    /// <param name="options">Lateness and what counts as live.</param>
    public bool IsLate(long eventMicroseconds, long arrivalMicroseconds, MetricsOptions options)
    {
        if (MaxEventMicroseconds == long.MinValue)
        {
            return false;
        }

        var watermark = MaxEventMicroseconds;
        if (Math.Abs((double)arrivalMicroseconds - MaxEventMicroseconds) <= options.LiveWithin.TotalMicroseconds)
        {
            watermark = Math.Max(watermark, arrivalMicroseconds);
        }

        var windowEnd = (TumblingWindow.Of(eventMicroseconds) + 1) * TumblingWindow.Microseconds;
        return windowEnd + (long)options.AllowedLateness.TotalMicroseconds <= watermark;
    }

    /// <summary>The clock after a record.</summary>
    public SourceClock Advance(long eventMicroseconds) => new(Math.Max(MaxEventMicroseconds, eventMicroseconds));
}
