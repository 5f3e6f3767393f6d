namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>Picks one of several by weight. Immutable.</summary>
internal sealed class WeightedChoice
{
    private readonly double[] _upTo; // [item] → share of the items up to it

    public WeightedChoice(IReadOnlyList<double> weights)
    {
        Total = weights.Sum();
        _upTo = new double[weights.Count];
        var sum = 0.0;
        for (var i = 0; i < _upTo.Length; i++)
        {
            _upTo[i] = (sum += weights[i]) / Total;
        }
    }

    /// <summary>The sum of the weights.</summary>
    public double Total { get; }

    /// <summary>The item a number from 0 to below 1 falls on.</summary>
    public int Pick(double unit)
    {
        var i = 0;
        while (i < _upTo.Length - 1 && unit >= _upTo[i])
        {
            i++;
        }

        return i;
    }
}
