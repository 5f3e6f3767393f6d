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
/// allow, so a constant series (deviation 0) has a band too. What a tenth of an hour's minutes reached lies inside: regular bursts are
/// normal. A tenth of an hour is six minutes also of a service known for less, or the first minute of a drop would be its norm. Values are clipped to the band before they are learned, so one outage does not become the norm, and a lasting new level does
/// after about an hour.
/// </summary>
internal sealed class VolumeBaseline(AnomalyOptions options)
{
    private const int HistoryMinutes = 60;
    private const double UsualMinutes = HistoryMinutes / 10.0;

    private readonly FloatRing _minutes = new(HistoryMinutes);
    private readonly DayProfile _days = new();

    /// <summary>Complete minutes known.</summary>
    public int Count => _minutes.Count;

    /// <summary>The bands of a minute for stretches of it, or longer ones that end in it: [stretch], records a minute.</summary>
    /// <param name="spans">The stretches' lengths in windows. The shorter one is, the noisier and the wider its band.</param>
    public VolumeBand[] Bands(long minute, ReadOnlySpan<int> spans)
    {
        var sorted = _minutes.Sorted();
        var middle = Robust.Quantile(sorted, 0.5);
        var deviation = Robust.Deviation(sorted);
        var share = Math.Min(0.5, UsualMinutes / Math.Max(1, sorted.Length));
        var usual = new VolumeBand(middle, 0.75 * Robust.Quantile(sorted, share), 1.25 * Robust.Quantile(sorted, 1 - share));
        var ratio = _days.Ratio(minute);
        var bands = new VolumeBand[spans.Length];
        for (var i = 0; i < spans.Length; i++)
        {
            var noise = Math.Sqrt((double)MinuteGathering.Windows / spans[i]);
            var band = Around(middle, deviation, noise).With(usual);
            bands[i] = ratio is { } times ? band.With(Around(middle * times, deviation * times, noise)) : band;
        }

        return bands;
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

    // The deviation is that of whole minutes; what a shorter or longer stretch deviates by follows from it.
    private VolumeBand Around(double expected, double deviation, double noise)
    {
        var half = Math.Max(options.VolumeDeviations * noise * Math.Max(deviation, Math.Sqrt(Math.Max(1, expected))), options.VolumeChange * expected);
        return new VolumeBand(expected, Math.Max(0, expected - half), expected + half);
    }
}
