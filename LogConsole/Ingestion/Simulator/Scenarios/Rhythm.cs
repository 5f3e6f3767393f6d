namespace LogConsole.Ingestion.Simulator.Scenarios;

/// <summary>How busy a system is over day and week; the mean over a week is 1. Immutable.</summary>
internal sealed class Rhythm
{
    private readonly double[] _factors = new double[7 * 24]; // [hour of the week, from Sunday 00:00 UTC]

    /// <summary>Any scale will do.</summary>
    /// <param name="hours">[hour of the day, UTC].</param>
    /// <param name="days">[day of the week, from Sunday].</param>
    public Rhythm(IReadOnlyList<double> hours, IReadOnlyList<double> days)
    {
        for (var i = 0; i < _factors.Length; i++)
        {
            _factors[i] = hours[i % 24] * days[i / 24];
        }

        var mean = _factors.Average();
        for (var i = 0; i < _factors.Length; i++)
        {
            _factors[i] /= mean;
        }
    }

    /// <summary>The factor at a moment; between full hours it goes straight from one to the next.</summary>
    public double At(long unixMicros)
    {
        // The epoch was a Thursday.
        var hours = (unixMicros / 3_600_000_000.0) + (4 * 24);
        var hour = Math.Floor(hours);
        var from = _factors[(int)(hour % _factors.Length)];
        var to = _factors[(int)((hour + 1) % _factors.Length)];
        return from + ((to - from) * (hours - hour));
    }
}
