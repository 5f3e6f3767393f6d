using LogConsole.Anomalies.Incidents;
using LogConsole.Metrics;

namespace LogConsole.Anomalies.Explanations;

/// <summary>
/// What an incident is about now: its anomalies since all of its series were last back in their band for a while. Counts over a pause would
/// belong to neither of the troubles around it. Pure.
/// </summary>
/// <param name="Anomalies">Those of the stretch, in the order they started; at least one.</param>
/// <param name="From">Start of its first anomalous window.</param>
/// <param name="To">End of its last one so far.</param>
/// <param name="IsOver">All of its series are back in their band.</param>
/// <param name="BackFrom">When the stretch before it was over; null when there was none.</param>
internal sealed record NewestStretch(IReadOnlyList<Anomaly> Anomalies, DateTimeOffset From, DateTimeOffset To, bool IsOver, DateTimeOffset? BackFrom)
{
    /// <summary>Start of the window with its first lines, at or before <see cref="From"/>: what was before ends here.</summary>
    public DateTimeOffset Beginning { get; init; } = From;

    // Shorter, it is the same trouble taking a breath.
    private const long PauseWindows = 12;

    /// <summary>The newest stretch of an incident's anomalies, in any order; at least one.</summary>
    public static NewestStretch Of(IEnumerable<Anomaly> anomalies)
    {
        var (stretch, last, backFrom) = (new List<Anomaly>(), long.MinValue, (DateTimeOffset?)null);
        foreach (var anomaly in anomalies.OrderBy(anomaly => anomaly.Detected.StartWindow).ThenByDescending(anomaly => anomaly.Detected.Score))
        {
            if (stretch.Count != 0 && stretch.TrueForAll(known => known.HasEnded) && anomaly.Detected.StartWindow - last > PauseWindows)
            {
                backFrom = TumblingWindow.Start(last + 1);
                stretch.Clear();
            }

            stretch.Add(anomaly);
            last = Math.Max(last, anomaly.Detected.LastWindow);
        }

        return new NewestStretch(stretch, TumblingWindow.Start(stretch[0].Detected.StartWindow), TumblingWindow.Start(last + 1), stretch.TrueForAll(anomaly => anomaly.HasEnded), backFrom);
    }
}
