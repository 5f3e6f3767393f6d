using LogConsole.Metrics;

namespace LogConsole.Anomalies.Detectors;

/// <summary>
/// The share of error records among a service's records, over the shortest of 30 s, 1 min and 3 min that has enough of them. Outside is
/// a share above <see cref="AnomalyOptions.ErrorShare"/> — or above five times the service's normal, where that is less — but never one
/// below twice its normal. Normal is the 5 % to 95 % range of the last hour's minutes; minutes of an anomaly are not learned, so an
/// outage of days stays one. Minutes that stand out although they were learned, as of an outage before the service was judged, are left out
/// while they are fewer than a quarter.
/// </summary>
internal sealed class ErrorShareDetector(AnomalyOptions options) : IAnomalyDetector
{
    /// <summary>The detector's and the series' name.</summary>
    public const string ErrorShare = "error_share";

    private const int CurrentVersion = 2;
    private const int HistoryMinutes = 60;
    private const int LongestSpan = 18;
    private const double RiseFactor = 5;
    private const double UsualFactor = 2;
    private const double OutlierFactor = 4;

    // A minute with fewer records has no share worth learning: one error in three records is not 33 %.
    private const double MinMinuteRecords = 10;

    private static readonly int[] s_spans = [3, 6, LongestSpan]; // windows

    private readonly FloatRing _shares = new(HistoryMinutes);
    private readonly RecentCounts _records = new(LongestSpan);
    private readonly RecentCounts _errors = new(LongestSpan);
    private readonly Alarm _alarm = new(ErrorShare, CurrentVersion, ErrorShare, AnomalyDirection.Up);
    private (double Low, double High)? _normal;

    /// <inheritdoc/>
    public string Name => ErrorShare;

    /// <inheritdoc/>
    public bool IsActive => _alarm.IsActive;

    /// <inheritdoc/>
    public void LearnMinute(in MinuteTotals minute)
    {
        if (minute.Records >= MinMinuteRecords && !_alarm.IsSuspicious)
        {
            _shares.Add(minute.Errors / minute.Records);
            _normal = null;
        }
    }

    /// <inheritdoc/>
    public void Judge(in ServiceWindow window, bool learning, ICollection<Finding> findings)
    {
        _records.Add(window.Window, window.Records);
        _errors.Add(window.Window, window.Errors);
        if (!learning)
        {
            _alarm.Judge(window.Window, Read(), options.ForWindows, options.RecoveryWindows, findings);
        }
    }

    /// <inheritdoc/>
    public void Interrupt(ICollection<Finding> findings)
    {
        _records.Clear();
        _errors.Clear();
        _alarm.End(findings);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer)
    {
        _shares.Save(writer);
        _alarm.Save(writer);
        _records.Save(writer);
        _errors.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(BinaryReader reader)
    {
        _shares.Load(reader);
        _alarm.Load(reader);
        _records.Load(reader);
        _errors.Load(reader);
        _normal = null;
    }

    private Reading? Read()
    {
        var span = Array.Find(s_spans, span => _records.Sum(span) >= options.MinRecords) is > 0 and var enough ? enough : LongestSpan;
        var (records, errors) = (_records.Sum(span), _errors.Sum(span));
        if (records < options.MinRecords || errors < options.MinErrors)
        {
            return null;
        }

        var (low, high) = Normal();
        var share = (double)errors / records;
        var threshold = Math.Max(UsualFactor * high, Math.Min(options.ErrorShare, Math.Max(options.ErrorShareRise, RiseFactor * high)));
        return share <= threshold
            ? null
            : new Reading(
                share, low, high, (share - threshold) / Math.Max(threshold - high, 0.01),
                new AnomalyFactor("records", records), new AnomalyFactor("errors", errors), new AnomalyFactor("threshold", threshold),
                new AnomalyFactor("seconds", span * TumblingWindow.Seconds))
            { IsOutsideNow = _errors.Sum(1) > threshold * _records.Sum(1) };
    }

    private (double Low, double High) Normal()
    {
        if (_normal is null)
        {
            var sorted = Usual(_shares.Sorted());
            _normal = (Robust.Quantile(sorted, 0.05), Robust.Quantile(sorted, 0.95));
        }

        return _normal.Value;
    }

    private ReadOnlySpan<float> Usual(ReadOnlySpan<float> sorted)
    {
        var limit = Math.Max(options.ErrorShare, OutlierFactor * Robust.Quantile(sorted, 0.5));
        var outliers = 0;
        while (outliers < sorted.Length && sorted[^(outliers + 1)] > limit)
        {
            outliers++;
        }

        return outliers * 4 < sorted.Length ? sorted[..^outliers] : sorted;
    }
}
