namespace LogConsole.Anomalies.Detectors;

/// <summary>
/// All detectors of one service and how far they have judged it. Pure: a function of the windows fed, which come in order.
/// About 2 kB whatever the service sends.
/// </summary>
internal sealed class ServiceDetectors
{
    private const byte Format = 3;

    // Five minutes in which nobody of the origin sent anything: the console was not listening, or the import had a gap.
    private const int InterruptionWindows = 30;

    private readonly AnomalyOptions _options;
    private readonly MinuteGathering _minute = new();
    private readonly NewErrorTemplateDetector _templates;
    private readonly SilenceDetector _silence;
    private readonly IAnomalyDetector[] _detectors;
    private long _last = long.MinValue;

    public ServiceDetectors(AnomalyOptions options)
    {
        _options = options;
        _templates = new NewErrorTemplateDetector(options);
        _silence = new SilenceDetector(options);
        _detectors = [new ErrorShareDetector(options), new VolumeDetector(options), _silence, _templates];
    }

    /// <summary>Windows seen so far, up to the end of warm-up.</summary>
    public int Learned { get; private set; }

    /// <summary>Still in warm-up.</summary>
    public bool IsLearning => Learned < _options.WarmUpWindows;

    /// <summary>An anomaly is open.</summary>
    public bool IsAnomalous => Array.Exists(_detectors, detector => detector.IsActive);

    /// <summary>It is silent now.</summary>
    public bool IsSilent => _silence.IsActive;

    /// <summary>The templates whose counts the next windows should bring.</summary>
    public IEnumerable<int> WatchedTemplates => _templates.TemplateIds;

    /// <summary>New templates that found no room since the start of this process.</summary>
    public long Overlooked => _templates.Overlooked;

    /// <summary>Judges the next window in which anybody of the service's origin sent something.</summary>
    public void Judge(in ServiceWindow window, ICollection<Finding> findings)
    {
        if (_last != long.MinValue && window.Window - _last > InterruptionWindows)
        {
            Interrupt(findings);
        }

        _last = window.Window;
        if (_minute.Add(window, out var minute))
        {
            foreach (var detector in _detectors)
            {
                detector.LearnMinute(minute);
            }
        }

        foreach (var detector in _detectors)
        {
            detector.Judge(window, IsLearning, findings);
        }

        Learned = Math.Min(Learned + 1, _options.WarmUpWindows);
    }

    /// <summary>The state, for <see cref="TryLoad"/>.</summary>
    public byte[] Save()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Format);
        writer.Write(Learned);
        writer.Write(_last);
        _minute.Save(writer);
        foreach (var detector in _detectors)
        {
            detector.Save(writer);
        }

        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Save"/> wrote; null when it was written by another version: the service is learned anew.</summary>
    public static ServiceDetectors? TryLoad(byte[] state, AnomalyOptions options)
    {
        using var stream = new MemoryStream(state);
        using var reader = new BinaryReader(stream);
        try
        {
            if (reader.ReadByte() != Format)
            {
                return null;
            }

            var loaded = new ServiceDetectors(options) { Learned = reader.ReadInt32(), _last = reader.ReadInt64() };
            loaded._minute.Load(reader);
            foreach (var detector in loaded._detectors)
            {
                detector.Load(reader);
            }

            return stream.Position == stream.Length ? loaded : null;
        }
        catch (EndOfStreamException)
        {
            return null;
        }
    }

    private void Interrupt(ICollection<Finding> findings)
    {
        foreach (var detector in _detectors)
        {
            detector.Interrupt(findings);
        }
    }
}
