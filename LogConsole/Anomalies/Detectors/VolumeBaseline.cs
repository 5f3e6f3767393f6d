namespace LogConsole.Anomalies.Detectors;

/// <summary>The volume expected of a minute: where the bulk of the last hour lies and, when earlier days are known, the same time of day.</summary>
/// <param name="Expected">The median.</param>
internal readonly record struct VolumeBand(double Expected, double Low, double High)
{
    /// <summary>The narrowest band around both.</summary>
    public VolumeBand With(VolumeBand other) => new(Expected, Math.Min(Low, other.Low), Math.Max(High, other.High));
}

/// <summary>
/// A robust, sliding baseline of records a minute. The middle is the median of the last hour, so that slow trends and the rhythm of a day
/// move it; the width is the median absolute deviation, never below what counting alone (Poisson) and <see cref="AnomalyOptions.VolumeChange"/>
/// allow, so a constant series (deviation 0) has a band too. What a tenth of the last hour's minutes reached lies inside: regular bursts are
/// normal. Values are clipped to the band before they are learned, so one outage does not become the norm, and a lasting new level does
/// after about an hour.
/// </summary>
internal sealed class VolumeBaseline(AnomalyOptions options)
{
    private const int HistoryMinutes = 60;

    private readonly FloatRing _minutes = new(HistoryMinutes);
    private readonly DayProfile _days = new();

    /// <summary>Complete minutes known.</summary>
    public int Count => _minutes.Count;

    /// <summary>The band of a minute.</summary>
    public VolumeBand Band(long minute)
    {
        var sorted = _minutes.Sorted();
        var middle = Robust.Quantile(sorted, 0.5);
        var deviation = Robust.Deviation(sorted);
        var usual = new VolumeBand(middle, 0.75 * Robust.Quantile(sorted, 0.1), 1.25 * Robust.Quantile(sorted, 0.9));
        var band = Around(middle, deviation).With(usual);
        return _days.Ratio(minute) is { } ratio ? band.With(Around(middle * ratio, deviation * ratio)) : band;
    }

    /// <summary>Learns a minute; <paramref name="band"/> is the one it was judged by, null during warm-up.</summary>
    public void Learn(in MinuteTotals minute, VolumeBand? band)
    {
        var value = band is { } known ? Math.Clamp(minute.Records, known.Low, known.High) : minute.Records;
        _minutes.Add(value);
        _days.Add(minute.Minute, value);
    }

    /// <summary>Forgets the last hour, which is the last one no more; the days stay.</summary>
    public void Interrupt() => _minutes.Clear();

    public void Save(BinaryWriter writer)
    {
        _minutes.Save(writer);
        _days.Save(writer);
    }

    public void Load(BinaryReader reader)
    {
        _minutes.Load(reader);
        _days.Load(reader);
    }

    // The deviation of a third of a minute, scaled back to a minute: the judged stretch is 20 s and noisier than a whole minute.
    private VolumeBand Around(double expected, double deviation)
    {
        var perMinute = Math.Sqrt(MinuteGathering.Windows / VolumeDetector.SpanWindows) * Math.Max(deviation, Math.Sqrt(Math.Max(1, expected)));
        var half = Math.Max(options.VolumeDeviations * perMinute, options.VolumeChange * expected);
        return new VolumeBand(expected, Math.Max(0, expected - half), expected + half);
    }
}
