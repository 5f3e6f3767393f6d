namespace LogConsole.Anomalies.Detectors;

/// <summary>What is usual at each quarter of an hour of the day (UTC): a mean that forgets, one day weighing 0.3. Constant memory.</summary>
internal sealed class DayProfile
{
    private const int Slots = 96;
    private const int MinutesInSlot = 15;
    private const double Weight = 0.3;

    private readonly float[] _level = new float[Slots]; // [quarter of an hour], records a minute
    private readonly byte[] _days = new byte[Slots]; // [quarter of an hour], days seen
    private int _slot = -1;
    private double _sum;
    private int _minutes;

    /// <summary>Adds a minute.</summary>
    public void Add(long minute, double records)
    {
        var slot = SlotOf(minute);
        if (slot != _slot)
        {
            Close();
            _slot = slot;
        }

        _sum += records;
        _minutes++;
    }

    /// <summary>
    /// How much more than in the hour before is usual at this minute, 1/3–3; null until both were seen on an earlier day.
    /// </summary>
    public double? Ratio(long minute)
    {
        var slot = SlotOf(minute);
        if (_days[slot] == 0)
        {
            return null;
        }

        var before = 0.0;
        for (var back = 1; back <= 60 / MinutesInSlot; back++)
        {
            var earlier = (slot - back + Slots) % Slots;
            if (_days[earlier] == 0)
            {
                return null;
            }

            before += _level[earlier] * MinutesInSlot / 60;
        }

        return before <= 0 ? null : Math.Clamp(_level[slot] / before, 1.0 / 3, 3);
    }

    public void Save(BinaryWriter writer)
    {
        for (var i = 0; i < Slots; i++)
        {
            writer.Write(_level[i]);
            writer.Write(_days[i]);
        }

        writer.Write(_slot);
        writer.Write(_sum);
        writer.Write(_minutes);
    }

    public void Load(BinaryReader reader)
    {
        for (var i = 0; i < Slots; i++)
        {
            _level[i] = reader.ReadSingle();
            _days[i] = reader.ReadByte();
        }

        _slot = reader.ReadInt32();
        _sum = reader.ReadDouble();
        _minutes = reader.ReadInt32();
    }

    // A slot of which only a few minutes were seen says too little about its time of day.
    private void Close()
    {
        if (_slot >= 0 && _minutes >= MinutesInSlot / 3)
        {
            var level = _sum / _minutes;
            _level[_slot] = (float)(_days[_slot] == 0 ? level : _level[_slot] + (Weight * (level - _level[_slot])));
            _days[_slot] = (byte)Math.Min(byte.MaxValue, _days[_slot] + 1);
        }

        (_sum, _minutes) = (0, 0);
    }

    private static int SlotOf(long minute) => (int)((((minute / MinutesInSlot) % Slots) + Slots) % Slots);
}
