namespace LogConsole.Anomalies;

/// <summary>Which way a series left its band.</summary>
public enum AnomalyDirection
{
    /// <summary>Above.</summary>
    Up,

    /// <summary>Below.</summary>
    Down,

    /// <summary>There was none before.</summary>
    New,

    /// <summary>There is none any more.</summary>
    Gone,
}

/// <summary>A number that contributed to a decision: "errors" 57.</summary>
public sealed record AnomalyFactor(string Name, double Value);

/// <summary>One stretch of one series outside its band.</summary>
/// <param name="Detector">Its name: error_share, volume, silence, new_error_template.</param>
/// <param name="Version">The detector's version: decisions of different versions are not comparable.</param>
/// <param name="Series">The measure: error_share, log_rate, template:ID.</param>
/// <param name="TemplateId">The template, when the series is one.</param>
/// <param name="StartWindow">The first window outside; see <see cref="Metrics.TumblingWindow"/>.</param>
/// <param name="LastWindow">The last window so far that lay outside by itself; what is judged over several windows at once may be outside for longer.</param>
/// <param name="Value">The value furthest outside: a share 0–1, records a second, records of a template, seconds of silence.</param>
/// <param name="Low">Lower end of the expected band then, in the value's unit.</param>
/// <param name="High">Upper end of the expected band then.</param>
/// <param name="Score">50 at the border that opens an anomaly, towards 100 further out.</param>
/// <param name="Factors">What the decision was made of.</param>
public sealed record DetectedAnomaly(
    string Detector, int Version, string Series, int? TemplateId, AnomalyDirection Direction, long StartWindow, long LastWindow,
    double Value, double Low, double High, double Score, IReadOnlyList<AnomalyFactor> Factors);

/// <summary>What a detector says about an anomaly.</summary>
public enum FindingKind
{
    /// <summary>It was found in this window.</summary>
    Opened,

    /// <summary>It goes on.</summary>
    Continued,

    /// <summary>It is over.</summary>
    Ended,
}

/// <summary>A decision made in one window.</summary>
public sealed record Finding(FindingKind Kind, DetectedAnomaly Anomaly);
