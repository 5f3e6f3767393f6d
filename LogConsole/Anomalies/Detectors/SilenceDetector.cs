using LogConsole.Metrics;

namespace LogConsole.Anomalies.Detectors;

/// <summary>
/// A service that was regular sends nothing while others of its origin go on. How long it may pause is learned: twice its longest pause
/// of the last hours; a pause that was an anomaly counts only when it comes again. Windows in which nobody sent anything are not seen here: a console that was not listening is no silence.
/// </summary>
internal sealed class SilenceDetector(AnomalyOptions options) : IAnomalyDetector
{
    /// <summary>The detector's name; its series is the log rate.</summary>
    public const string Silence = "silence";

    private const int CurrentVersion = 2;

    // Longest pauses are kept an hour each.
    private const int HourWindows = 360;
    private const int Hours = 4;

    // A service that has been gone for a day is gone for good, until it is seen again.
    private const int RetiredWindows = 24 * HourWindows;

    // Who pauses longer than ten minutes by habit is not regular.
    private const int LongestHabit = 60;

    private readonly short[] _longest = new short[Hours]; // [hour, newest first], windows
    private readonly Alarm _alarm = new(Silence, CurrentVersion, VolumeDetector.LogRate, AnomalyDirection.Gone);
    private long _pause;
    private long _seen;
    private int _ofHour;
    private long _pauseStart;
    private short _unusual;

    /// <inheritdoc/>
    public string Name => Silence;

    /// <inheritdoc/>
    public bool IsActive => _alarm.IsActive;

    /// <inheritdoc/>
    public void LearnMinute(in MinuteTotals minute)
    {
        // Pauses are learned window by window.
    }

    /// <inheritdoc/>
    public void Judge(in ServiceWindow window, bool learning, ICollection<Finding> findings)
    {
        Turn();
        if (window.Records > 0)
        {
            Learn();
            _pause = 0;
            _seen++;
            _alarm.End(findings);
            return;
        }

        if (!window.OthersActive)
        {
            return;
        }

        if (_pause++ == 0)
        {
            _pauseStart = window.Window;
        }

        if (_pause > RetiredWindows)
        {
            _alarm.End(findings);
            _seen = 0;
        }

        var habit = _longest.Max();
        var patience = Math.Max(options.SilenceWindows, habit == 0 ? 0 : (2 * habit) + 2);
        if (learning || _seen < options.WarmUpWindows / 2 || habit > LongestHabit || _pause < patience)
        {
            return;
        }

        var reading = new Reading(
            _pause * TumblingWindow.Seconds, 0, habit * TumblingWindow.Seconds, (double)(_pause - patience) / patience,
            new AnomalyFactor("silent_seconds", _pause * TumblingWindow.Seconds), new AnomalyFactor("longest_pause_seconds", habit * TumblingWindow.Seconds));
        if (_alarm.IsActive)
        {
            _alarm.Judge(window.Window, reading, 1, 1, findings);
        }
        else
        {
            _alarm.Open(_pauseStart, window.Window, reading, findings);
        }
    }

    /// <inheritdoc/>
    public void Interrupt(ICollection<Finding> findings)
    {
        // What it does after the interruption is not known until it is seen again.
        _alarm.End(findings);
        (_pause, _seen) = (0, 0);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer)
    {
        foreach (var pause in _longest)
        {
            writer.Write(pause);
        }

        _alarm.Save(writer);
        writer.Write(_pause);
        writer.Write(_seen);
        writer.Write(_ofHour);
        writer.Write(_pauseStart);
        writer.Write(_unusual);
    }

    /// <inheritdoc/>
    public void Load(BinaryReader reader)
    {
        for (var i = 0; i < Hours; i++)
        {
            _longest[i] = reader.ReadInt16();
        }

        _alarm.Load(reader);
        _pause = reader.ReadInt64();
        _seen = reader.ReadInt64();
        _ofHour = reader.ReadInt32();
        _pauseStart = reader.ReadInt64();
        _unusual = reader.ReadInt16();
    }

    // One pause that was an anomaly is no habit, a second one like it is.
    private void Learn()
    {
        var pause = (short)Math.Min(_pause, short.MaxValue);
        if (_alarm.IsActive)
        {
            (pause, _unusual) = (Math.Min(pause, _unusual), pause);
        }

        _longest[0] = Math.Max(_longest[0], pause);
    }

    private void Turn()
    {
        if (++_ofHour >= HourWindows)
        {
            _ofHour = 0;
            Array.Copy(_longest, 0, _longest, 1, Hours - 1);
            _longest[0] = 0;
        }
    }
}
