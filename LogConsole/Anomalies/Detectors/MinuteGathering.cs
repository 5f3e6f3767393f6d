using LogConsole.Metrics;

namespace LogConsole.Anomalies.Detectors;

/// <summary>Joins windows to minutes. A minute with more than one window missing (nobody was listening) is left out.</summary>
internal sealed class MinuteGathering
{
    /// <summary>Windows in a minute.</summary>
    public const int Windows = 60 / TumblingWindow.Seconds;

    private long _minute = long.MinValue;
    private int _seen;
    private long _records;
    private long _errors;

    /// <summary>The minute a window lies in.</summary>
    public static long MinuteOf(long window) => Math.DivRem(window, Windows, out var rest) - (rest < 0 ? 1 : 0);

    /// <summary>Adds the next window; true with the minute before it when this window begins another and that one was complete.</summary>
    public bool Add(in ServiceWindow window, out MinuteTotals complete)
    {
        var minute = MinuteOf(window.Window);
        complete = default;
        var ended = false;
        if (minute != _minute)
        {
            ended = _seen >= Windows - 1;
            var scale = ended ? (double)Windows / _seen : 1;
            complete = new MinuteTotals(_minute, _records * scale, _errors * scale);
            (_minute, _seen, _records, _errors) = (minute, 0, 0, 0);
        }

        _seen++;
        _records += window.Records;
        _errors += window.Errors;
        return ended;
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(_minute);
        writer.Write((byte)_seen);
        writer.Write(_records);
        writer.Write(_errors);
    }

    public void Load(BinaryReader reader)
    {
        _minute = reader.ReadInt64();
        _seen = reader.ReadByte();
        _records = reader.ReadInt64();
        _errors = reader.ReadInt64();
    }
}
