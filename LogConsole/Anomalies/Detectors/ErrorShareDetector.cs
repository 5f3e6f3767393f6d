namespace LogConsole.Anomalies.Detectors;

/// <summary>
/// The share of error records among a service's records, over the shortest of 30 s, 1 min and 3 min that has enough of them. Outside is
/// a share above <see cref="AnomalyOptions.ErrorShare"/> — or above five times the service's normal, where that is less — but never one
/// below twice its normal. Normal is the 5 % to 95 % range of the last hour's minutes; minutes of an anomaly are not learned, so an
/// outage of days stays one.
/// </summary>
internal sealed class ErrorShareDetector(AnomalyOptions options) : IAnomalyDetector
{
    /// <summary>The detector's and the series' name.</summary>
    public const string ErrorShare = "error_share";

    private const int CurrentVersion = 1;
    private const int HistoryMinutes = 60;
    private const int LongestSpan = 18;
    private const double RiseFactor = 5;
    private const double UsualFactor = 2;

    // A minute with fewer records has no share worth learning: one error in three records is not 33 %.
    private const double MinMinuteRecords = 10;

    private static readonly int[] s_spans = [3, 6, LongestSpan]; // windows

    private readonly FloatRing _shares = new(HistoryMinutes);
    private readonly long[] _records = new long[LongestSpan]; // [window % length]
    private readonly long[] _errors = new long[LongestSpan]; // [window % length]
    private readonly Alarm _alarm = new(ErrorShare, CurrentVersion, ErrorShare, AnomalyDirection.Up);
    private long _newest = long.MinValue;
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
        Keep(window);
        if (!learning)
        {
            _alarm.Judge(window.Window, Read(window.Window), options.ForWindows, options.RecoveryWindows, findings);
        }
    }

    /// <inheritdoc/>
    public void Interrupt(ICollection<Finding> findings)
    {
        _newest = long.MinValue;
        _alarm.End(findings);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer)
    {
        _shares.Save(writer);
        _alarm.Save(writer);
        writer.Write(_newest);
        for (var i = 0; i < LongestSpan; i++)
        {
            writer.Write(_records[i]);
            writer.Write(_errors[i]);
        }
    }

    /// <inheritdoc/>
    public void Load(BinaryReader reader)
    {
        _shares.Load(reader);
        _alarm.Load(reader);
        _newest = reader.ReadInt64();
        for (var i = 0; i < LongestSpan; i++)
        {
            _records[i] = reader.ReadInt64();
            _errors[i] = reader.ReadInt64();
        }

        _normal = null;
    }

    private void Keep(in ServiceWindow window)
    {
        // Windows nobody judged hold nothing.
        var forget = _newest == long.MinValue ? LongestSpan : Math.Min(LongestSpan, window.Window - _newest);
        for (var back = 0; back < forget; back++)
        {
            Slot(_records, window.Window - back) = 0;
            Slot(_errors, window.Window - back) = 0;
        }

        _newest = window.Window;
        Slot(_records, window.Window) = window.Records;
        Slot(_errors, window.Window) = window.Errors;
    }

    private Reading? Read(long window)
    {
        var (records, errors, taken) = (0L, 0L, 0);
        foreach (var span in s_spans)
        {
            for (; taken < span; taken++)
            {
                records += Slot(_records, window - taken);
                errors += Slot(_errors, window - taken);
            }

            if (records >= options.MinRecords)
            {
                break;
            }
        }

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
                new AnomalyFactor("records", records), new AnomalyFactor("errors", errors), new AnomalyFactor("threshold", threshold));
    }

    private (double Low, double High) Normal()
    {
        if (_normal is null)
        {
            var sorted = _shares.Sorted();
            _normal = (Robust.Quantile(sorted, 0.05), Robust.Quantile(sorted, 0.95));
        }

        return _normal.Value;
    }

    private static ref long Slot(long[] ring, long window) => ref ring[((window % LongestSpan) + LongestSpan) % LongestSpan];
}
