using LogConsole.Anomalies.Detectors;

namespace LogConsole.Anomalies.Detection;

/// <summary>A service as detection keeps it. Windows are numbered as in <see cref="Metrics.TumblingWindow"/>.</summary>
internal sealed class WatchedService(int id, bool isDemo, long firstWindow, ServiceDetectors detectors)
{
    public int Id => id;

    /// <summary>Its origin: demo and real services never meet.</summary>
    public bool IsDemo => isDemo;

    /// <summary>The first window it was seen in.</summary>
    public long FirstWindow { get; } = firstWindow;

    public ServiceDetectors Detectors => detectors;

    /// <summary>Windows before this one are judged.</summary>
    public long JudgedTo { get; set; } = firstWindow;

    /// <summary>The newest window it has records in.</summary>
    public long NewestWindow { get; set; } = firstWindow;

    /// <summary>When something of it was last stored.</summary>
    public DateTimeOffset LastArrival { get; set; }

    /// <summary>How it fares now.</summary>
    public ServiceCondition Condition => detectors.IsSilent ? ServiceCondition.Silent
        : detectors.IsAnomalous ? ServiceCondition.Anomalous
        : detectors.IsLearning ? ServiceCondition.Learning
        : ServiceCondition.Ok;
}
