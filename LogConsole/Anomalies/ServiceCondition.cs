namespace LogConsole.Anomalies;

/// <summary>How a service fares, as its detectors see it. The numbers are stored.</summary>
public enum ServiceCondition
{
    /// <summary>Nothing lies outside its band.</summary>
    Ok = 0,

    /// <summary>Warm-up: watched, not judged yet.</summary>
    Learning = 1,

    /// <summary>An anomaly is open.</summary>
    Anomalous = 2,

    /// <summary>It sends nothing while others do.</summary>
    Silent = 3,
}
