namespace LogConsole.Metrics;

/// <summary>A stretch of event time and how many records in it may be of interest.</summary>
/// <param name="Count">Zero or more.</param>
public readonly record struct RollupWindow(DateTimeOffset Start, TimeSpan Width, long Count)
{
    /// <summary>The first moment behind it; the calendar's end for one that would reach beyond.</summary>
    public DateTimeOffset End => TumblingWindow.End(Start, Width);
}
