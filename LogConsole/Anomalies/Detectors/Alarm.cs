namespace LogConsole.Anomalies.Detectors;

/// <summary>One judged value: where it lies and what it was judged by.</summary>
/// <param name="Excess">How far outside, in widths of the band's half; 0 at the border.</param>
internal sealed record Reading(double Value, double Low, double High, double Excess, params AnomalyFactor[] Factors)
{
    /// <summary>
    /// The newest window of what was judged lies outside by itself. A value over several windows stays outside for a while after the last such window.
    /// </summary>
    public bool IsOutsideNow { get; init; } = true;

    /// <summary>50 at the border, 82 one half-width outside, 97 three.</summary>
    public double Score => Math.Round(100 * (1 - (0.5 * Math.Exp(-Math.Max(0, Excess)))), 1);
}

/// <summary>
/// Hysteresis over readings: opens after so many windows outside in a row, ends after so many inside. Keeps the reading furthest outside,
/// so an anomaly shows its worst window. An anomaly is told to its last window that lay outside by itself.
/// </summary>
internal sealed class Alarm(string detector, int version, string series, AnomalyDirection direction)
{
    private int _outside;
    private int _inside;
    private long _start;
    private long _last;
    private long _lastByItself;
    private Reading? _worst;

    /// <summary>An anomaly is open.</summary>
    public bool IsActive { get; private set; }

    /// <summary>The last window judged to be outside.</summary>
    public long Last => _last;

    /// <summary>An anomaly is open or may be opening: what is seen now is no baseline.</summary>
    public bool IsSuspicious => IsActive || _outside > 0;

    /// <summary>Takes the next window.</summary>
    /// <param name="reading">The value, when it lies outside; null when it lies inside.</param>
    /// <param name="forWindows">Windows outside in a row that open an anomaly.</param>
    /// <param name="recovery">Windows inside in a row that end it.</param>
    public void Judge(long window, Reading? reading, int forWindows, int recovery, ICollection<Finding> findings)
    {
        if (reading is null)
        {
            Inside(recovery, findings);
            return;
        }

        _inside = 0;
        if (_outside == 0 && !IsActive)
        {
            (_start, _lastByItself, _worst) = (window, window, null);
        }

        _outside++;
        _last = window;
        _lastByItself = reading.IsOutsideNow ? window : _lastByItself;
        _worst = _worst is null || reading.Excess > _worst.Excess ? reading : _worst;
        if (IsActive)
        {
            findings.Add(new Finding(FindingKind.Continued, Snapshot()));
        }
        else if (_outside >= forWindows)
        {
            IsActive = true;
            findings.Add(new Finding(FindingKind.Opened, Snapshot()));
        }
    }

    /// <summary>Opens at once with a start that lies before this window.</summary>
    public void Open(long start, long window, Reading reading, ICollection<Finding> findings)
    {
        (IsActive, _start, _last, _lastByItself, _worst, _outside, _inside) = (true, start, window, window, reading, 1, 0);
        findings.Add(new Finding(FindingKind.Opened, Snapshot()));
    }

    /// <summary>Ends what is open and forgets what was opening.</summary>
    public void End(ICollection<Finding> findings)
    {
        if (IsActive)
        {
            findings.Add(new Finding(FindingKind.Ended, Snapshot()));
        }

        (IsActive, _outside, _inside, _worst) = (false, 0, 0, null);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(IsActive);
        writer.Write(_outside);
        writer.Write(_inside);
        writer.Write(_start);
        writer.Write(_last);
        writer.Write(_lastByItself);
        writer.Write(_worst is not null);
        if (_worst is { } worst)
        {
            writer.Write(worst.Value);
            writer.Write(worst.Low);
            writer.Write(worst.High);
            writer.Write(worst.Excess);
            writer.Write((byte)worst.Factors.Length);
            foreach (var factor in worst.Factors)
            {
                writer.Write(factor.Name);
                writer.Write(factor.Value);
            }
        }
    }

    public void Load(BinaryReader reader)
    {
        IsActive = reader.ReadBoolean();
        _outside = reader.ReadInt32();
        _inside = reader.ReadInt32();
        _start = reader.ReadInt64();
        _last = reader.ReadInt64();
        _lastByItself = reader.ReadInt64();
        _worst = null;
        if (reader.ReadBoolean())
        {
            var (value, low, high, excess) = (reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadDouble());
            var factors = new AnomalyFactor[reader.ReadByte()];
            for (var i = 0; i < factors.Length; i++)
            {
                factors[i] = new AnomalyFactor(reader.ReadString(), reader.ReadDouble());
            }

            _worst = new Reading(value, low, high, excess, factors);
        }
    }

    private void Inside(int recovery, ICollection<Finding> findings)
    {
        _outside = 0;
        if (IsActive && ++_inside >= recovery)
        {
            End(findings);
        }
    }

    private DetectedAnomaly Snapshot() => new(
        detector, version, series, TemplateOf(series), direction, _start, _lastByItself, _worst!.Value, _worst.Low, _worst.High, _worst.Score, _worst.Factors);

    private static int? TemplateOf(string series) =>
        series.StartsWith(NewErrorTemplateDetector.SeriesPrefix, StringComparison.Ordinal) ? int.Parse(series.AsSpan(NewErrorTemplateDetector.SeriesPrefix.Length)) : null;
}
