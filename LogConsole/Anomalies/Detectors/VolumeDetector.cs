using LogConsole.Metrics;

namespace LogConsole.Anomalies.Detectors;

/// <summary>
/// Spikes and drops of a service's records. Two alarms on one baseline. A spike is judged over 20 s; a single odd window is in two such spans,
/// so with three in a row asked for it never alarms. A drop is the shortest of 20 s, 1 min and 3 min that lies below its band, while the last
/// 20 s are below what is expected: a service whose minutes vary has no lower border over 20 s, and a trickle that is left of it would
/// otherwise be neither a drop nor a silence. Empty spans are the <see cref="SilenceDetector"/>'s; short ones are passed over, because among a
/// trickle they are no recovery.
/// </summary>
internal sealed class VolumeDetector(AnomalyOptions options) : IAnomalyDetector
{
    private const int CurrentVersion = 2;
    private const int ShortSpan = 2;
    private const int MinuteSpan = MinuteGathering.Windows;
    private const int LongSpan = 18;

    // Of what is expected in 20 s: with more, a longer stretch below its band tells of the past.
    private const double StillLow = 0.75;

    // Below this many complete minutes a median says little.
    private const int MinMinutes = 5;

    private static readonly int[] s_spans = [ShortSpan, MinuteSpan, LongSpan]; // windows

    private readonly VolumeBaseline _baseline = new(options);
    private readonly RecentCounts _recent = new(LongSpan);
    private readonly Alarm _spike = new(Volume, CurrentVersion, LogRate, AnomalyDirection.Up);
    private readonly Alarm _drop = new(Volume, CurrentVersion, LogRate, AnomalyDirection.Down);
    private VolumeBand[]? _bands; // [span], as s_spans
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
    public void LearnMinute(in MinuteTotals minute) =>
        _baseline.Learn(minute, _baseline.Count < MinMinutes ? null : Bands(minute.Minute)[Array.IndexOf(s_spans, MinuteSpan)]);

    /// <inheritdoc/>
    public void Judge(in ServiceWindow window, bool learning, ICollection<Finding> findings)
    {
        _recent.Add(window.Window, window.Records);
        if (_recent.Unbroken < ShortSpan || learning || _baseline.Count < MinMinutes)
        {
            return;
        }

        var bands = Bands(MinuteGathering.MinuteOf(window.Window));
        var now = Stretch.Of(_recent, bands[0], ShortSpan);
        var spike = now.Records > now.High && now.Records >= options.MinVolume
            ? now.Reading((now.Records - now.High) / Math.Max(now.High - now.Expected, 1), isOutsideNow: window.Records * now.Windows > now.High)
            : null;
        _spike.Judge(window.Window, spike, options.ForWindows, options.RecoveryWindows, findings);
        if (now.Records != 0 || window.Window - _drop.Last > options.RecoveryWindows)
        {
            _drop.Judge(window.Window, Drop(now, bands), options.ForWindows, options.RecoveryWindows, findings);
        }
    }

    /// <inheritdoc/>
    public void Interrupt(ICollection<Finding> findings)
    {
        _recent.Clear();
        _bands = null;
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
        _recent.Save(writer);
    }

    /// <inheritdoc/>
    public void Load(BinaryReader reader)
    {
        _baseline.Load(reader);
        _spike.Load(reader);
        _drop.Load(reader);
        _recent.Load(reader);
        _bands = null;
    }

    private Reading? Drop(in Stretch now, VolumeBand[] bands)
    {
        if (now.Records == 0 || now.Expected < options.MinVolume || now.Records > StillLow * now.Expected)
        {
            return null;
        }

        for (var i = 0; i < s_spans.Length && s_spans[i] <= _recent.Unbroken; i++)
        {
            var stretch = Stretch.Of(_recent, bands[i], s_spans[i]);
            if (stretch.Records < stretch.Low)
            {
                return stretch.Reading((stretch.Low - stretch.Records) / Math.Max(stretch.Expected - stretch.Low, 1), isOutsideNow: _recent.Sum(1) * stretch.Windows < stretch.Low);
            }
        }

        return null;
    }

    // The baseline changes only between minutes: one set of bands serves a minute's windows.
    private VolumeBand[] Bands(long minute)
    {
        if (_bands is null || _bandMinute != minute)
        {
            (_bands, _bandMinute) = (_baseline.Bands(minute, s_spans), minute);
        }

        return _bands;
    }

    // The newest windows of a length and what is expected of them, in records.
    private readonly record struct Stretch(int Windows, long Records, double Expected, double Low, double High)
    {
        public static Stretch Of(RecentCounts recent, VolumeBand band, int windows)
        {
            var minutes = (double)windows / MinuteGathering.Windows;
            return new Stretch(windows, recent.Sum(windows), band.Expected * minutes, band.Low * minutes, band.High * minutes);
        }

        public Reading Reading(double excess, bool isOutsideNow)
        {
            var seconds = Windows * TumblingWindow.Seconds;
            return new Reading(
                (double)Records / seconds, Low / seconds, High / seconds, excess,
                new AnomalyFactor("records", Records), new AnomalyFactor("expected", Expected), new AnomalyFactor("seconds", seconds))
            { IsOutsideNow = isOutsideNow };
        }
    }
}
