namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>
/// Randomness that is the same everywhere: SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). Sequences are derived from what they are for
/// (seed, tick, request), so one that draws more or less leaves all others as they are.
/// </summary>
internal struct DemoRandom(ulong seed)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state = seed;

    /// <summary>The next 64 bits.</summary>
    public ulong Next() => Scramble(_state += Golden);

    /// <summary>From 0 to below 1.</summary>
    public double NextDouble() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with the given probability.</summary>
    public bool Chance(double probability) => probability >= 1 || (probability > 0 && NextDouble() < probability);

    /// <summary>How many events happen where <paramref name="mean"/> are expected.</summary>
    public int Poisson(double mean)
    {
        if (mean <= 0)
        {
            return 0;
        }

        if (mean > 30)
        {
            return Math.Max(0, (int)Math.Round(mean + (Math.Sqrt(mean) * Normal())));
        }

        // Knuth, TAOCP 2, 3.4.1.
        var limit = Math.Exp(-mean);
        var count = 0;
        for (var product = NextDouble(); product > limit; product *= NextDouble())
        {
            count++;
        }

        return count;
    }

    /// <summary>Standard normal (Box, Muller, 1958).</summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>A seed of its own for the <paramref name="part"/> of <paramref name="whole"/>.</summary>
    public static ulong Derive(ulong whole, ulong part) => Scramble(whole ^ Scramble(part + Golden));

    private static ulong Scramble(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
