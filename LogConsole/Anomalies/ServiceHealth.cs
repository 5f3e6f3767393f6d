namespace LogConsole.Anomalies;

/// <summary>How one service fares now. Immutable.</summary>
/// <param name="Id">Its id; the same name, real and demo, is two services.</param>
/// <param name="Name">Comes from the logs: hostile.</param>
/// <param name="Learned">Windows seen of <paramref name="LearningNeeded"/>: "learning, 40 of 60 windows".</param>
/// <param name="RatePerSecond">Records a second over what was listened to of the six newest complete windows; null when nobody listened and nothing came.</param>
/// <param name="ErrorShare">Share of errors (0–1) over the last five minutes; null without records.</param>
/// <param name="Sparkline">Records a minute of the last half hour, oldest first; the last minute ends with the newest complete window. Null for a minute without records that nobody listened to all through.</param>
/// <param name="IncidentId">Its newest unresolved incident, else the resolved one whose anomaly is still outside its band; or null.</param>
public sealed record ServiceHealth(
    int Id, string Name, bool IsDemo, ServiceCondition Condition, int Learned, int LearningNeeded, double? RatePerSecond, double? ErrorShare,
    IReadOnlyList<long?> Sparkline, long? IncidentId)
{
    /// <summary>Minutes in <see cref="Sparkline"/>.</summary>
    public const int SparklineMinutes = 30;
}
