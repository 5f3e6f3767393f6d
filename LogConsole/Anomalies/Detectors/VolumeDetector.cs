using LogConsole.Metrics;

namespace LogConsole.Anomalies.Detectors;

/// <summary>
/// Spikes and drops of a service's records, over spans of 20 s. Two alarms on one baseline. A single odd window is in two spans, so with
/// three in a row asked for it never alarms. Empty spans are the <see cref="SilenceDetector"/>'s.
/// </summary>
internal sealed class VolumeDetector(AnomalyOptions options) : IAnomalyDetector
{
    /// <summary>Windows judged together.</summary>
    public const int SpanWindows = 2;

    private const int CurrentVersion = 1;
    private const double SpanSeconds = SpanWindows * TumblingWindow.Seconds;
    private const double SpansInMinute = 60 / SpanSeconds;

    // Below this many complete minutes a median says little.
    private const int MinMinutes = 5;

    private readonly VolumeBaseline _baseline = new(options);
    private readonly Alarm _spike = new(Volume, CurrentVersion, LogRate, AnomalyDirection.Up);
    private readonly Alarm _drop = new(Volume, CurrentVersion, LogRate, AnomalyDirection.Down);
    private long _beforeWindow = long.MinValue;
    private long _beforeRecords;
    private VolumeBand? _band;
    private long _bandMinute = long.MinValue;

    /// <summary>The detector's name.</summary>
    public const string Volume = "volume";

    /// <summary>The series' name: records a second.</summary>
    public const string LogRate = "log_rate";

    /// <inheritdoc/>
    public string Name => Volume;

    /// <inheritdoc/>
    public bool IsActive => _spike.IsActive || _drop.IsActive;

    /// <inheritdoc/>
    public void LearnMinute(in MinuteTotals minute) => _baseline.Learn(minute, _baseline.Count < MinMinutes ? null : Band(minute.Minute));

    /// <inheritdoc/>
    public void Judge(in ServiceWindow window, bool learning, ICollection<Finding> findings)
    {
        var whole = _beforeWindow == window.Window - 1;
        var records = window.Records + _beforeRecords;
        (_beforeWindow, _beforeRecords) = (window.Window, window.Records);
        if (!whole || learning || _baseline.Count < MinMinutes)
        {
            return;
        }

        var band = Band(MinuteGathering.MinuteOf(window.Window));
        var (expected, low, high) = (band.Expected / SpansInMinute, band.Low / SpansInMinute, band.High / SpansInMinute);
        var spike = records > high && records >= options.MinVolume ? Reading(records, expected, low, high, (records - high) / Math.Max(high - expected, 1)) : null;
        var drop = records < low && records > 0 && expected >= options.MinVolume ? Reading(records, expected, low, high, (low - records) / Math.Max(expected - low, 1)) : null;
        _spike.Judge(window.Window, spike, options.ForWindows, options.RecoveryWindows, findings);
        _drop.Judge(window.Window, drop, options.ForWindows, options.RecoveryWindows, findings);
    }

    /// <inheritdoc/>
    public void Interrupt(ICollection<Finding> findings)
    {
        _beforeWindow = long.MinValue;
        _band = null;
        _baseline.Interrupt();
        _spike.End(findings);
        _drop.End(findings);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer)
    {
        _baseline.Save(writer);
        _spike.Save(writer);
        _drop.Save(writer);
        writer.Write(_beforeWindow);
        writer.Write(_beforeRecords);
    }

    /// <inheritdoc/>
    public void Load(BinaryReader reader)
    {
        _baseline.Load(reader);
        _spike.Load(reader);
        _drop.Load(reader);
        _beforeWindow = reader.ReadInt64();
        _beforeRecords = reader.ReadInt64();
        _band = null;
    }

    // The baseline changes only between minutes: one band serves a minute's windows.
    private VolumeBand Band(long minute)
    {
        if (_band is null || _bandMinute != minute)
        {
            (_band, _bandMinute) = (_baseline.Band(minute), minute);
        }

        return _band.Value;
    }

    private static Reading Reading(double records, double expected, double low, double high, double excess) => new(
        records / SpanSeconds, low / SpanSeconds, high / SpanSeconds, excess,
        new AnomalyFactor("records", records), new AnomalyFactor("expected", expected));
}
