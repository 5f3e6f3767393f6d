namespace LogConsole.Anomalies.Detectors;

/// <summary>
/// Judges the windows of one service, in order, each once. Pure: the same windows give the same findings and the same state, however they
/// are fed. Constant memory. Not thread-safe.
/// </summary>
internal interface IAnomalyDetector
{
    /// <summary>The name on its anomalies.</summary>
    string Name { get; }

    /// <summary>Whether an anomaly of it is open.</summary>
    bool IsActive { get; }

    /// <summary>A minute of windows is complete; comes before the first window of a later minute is judged.</summary>
    void LearnMinute(in MinuteTotals minute);

    /// <summary>Judges the next window.</summary>
    /// <param name="learning">True during warm-up: learns, finds nothing.</param>
    void Judge(in ServiceWindow window, bool learning, ICollection<Finding> findings);

    /// <summary>Nothing was received from anybody for long: what is open ends, runs start anew.</summary>
    void Interrupt(ICollection<Finding> findings);

    /// <summary>Writes its state.</summary>
    void Save(BinaryWriter writer);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    void Load(BinaryReader reader);
}

/// <summary>What one service sent in one window.</summary>
/// <param name="Window">See <see cref="Metrics.TumblingWindow"/>.</param>
/// <param name="Errors">Of the records, those of severity error or above.</param>
/// <param name="OthersActive">Whether any other service of the same origin sent something in the window.</param>
/// <param name="Templates">Error templates that are new, or that a detector of the service watches.</param>
internal readonly record struct ServiceWindow(long Window, long Records, long Errors, bool OthersActive, IReadOnlyList<TemplateSighting> Templates);

/// <summary>Records of an error template in a window.</summary>
/// <param name="IsNew">The template was seen for the first time in this window.</param>
internal readonly record struct TemplateSighting(int TemplateId, long Count, bool IsNew);

/// <summary>A complete minute, scaled to six windows when one was missing.</summary>
/// <param name="Minute">Minutes since the epoch.</param>
internal readonly record struct MinuteTotals(long Minute, double Records, double Errors);
