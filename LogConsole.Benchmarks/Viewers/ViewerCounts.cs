namespace LogConsole.Benchmarks.Viewers;

/// <summary>What one or more viewers were sent.</summary>
/// <param name="Renders">Render batches.</param>
/// <param name="Calls">Calls of the page's script, frames among them.</param>
/// <param name="ChartFrames">Frames of the chart.</param>
/// <param name="LineFrames">Frames of the newest lines.</param>
/// <param name="Bytes">Bytes of all messages, unpacked.</param>
internal readonly record struct ViewerCounts(long Renders, long Calls, long ChartFrames, long LineFrames, long Bytes)
{
    public static ViewerCounts operator +(ViewerCounts a, ViewerCounts b) =>
        new(a.Renders + b.Renders, a.Calls + b.Calls, a.ChartFrames + b.ChartFrames, a.LineFrames + b.LineFrames, a.Bytes + b.Bytes);

    public static ViewerCounts operator -(ViewerCounts a, ViewerCounts b) =>
        new(a.Renders - b.Renders, a.Calls - b.Calls, a.ChartFrames - b.ChartFrames, a.LineFrames - b.LineFrames, a.Bytes - b.Bytes);
}
