namespace LogConsole.Pipeline;

/// <summary>
/// Record ids: 64 bit, arrival ordered: 41 bit milliseconds since 2024-01-01 UTC, 12 bit counter, 10 bit writer number.
/// The counter carries into the milliseconds, so the ids of a batch follow each other in steps of <see cref="Step"/>.
/// </summary>
public static class RecordIds
{
    /// <summary>The distance between neighbouring ids of one writer.</summary>
    public const long Step = 1L << WriterBits;

    private const int WriterBits = 10;
    private const int CounterBits = 12;
    private static readonly long s_epochMs = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>The first id for a block that starts now: after <paramref name="last"/> even when the clock went back.</summary>
    /// <param name="now">Our clock.</param>
    /// <param name="last">The writer's highest id so far, 0 when none.</param>
    /// <param name="writer">0–1023.</param>
    public static long First(DateTimeOffset now, long last, int writer)
    {
        var byClock = (now.ToUnixTimeMilliseconds() - s_epochMs) << CounterBits;
        var counter = Math.Max(byClock, (last >> WriterBits) + 1);
        return (counter << WriterBits) | (long)writer;
    }

    /// <summary>About when a record was stored, by its writer's clock, to the millisecond; later than that only where a clock went back or a writer outran its counter.</summary>
    public static DateTimeOffset MomentOf(long id) => DateTimeOffset.FromUnixTimeMilliseconds((id >> (CounterBits + WriterBits)) + s_epochMs);

    /// <summary>The id of the n-th record of a block.</summary>
    public static long At(long first, int index) => first + (index * Step);
}
