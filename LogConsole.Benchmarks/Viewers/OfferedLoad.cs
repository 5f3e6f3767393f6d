namespace LogConsole.Benchmarks.Viewers;

/// <summary>Records with timestamps of now, at a rate or as fast as the given number of senders can.</summary>
internal sealed class OfferedLoad(int rate, int connections)
{
    private const int DistinctBodies = 32;
    private const int SmallBatch = 500;
    private const int BigBatch = 2_000;
    private const double MostPerSecond = 100_000;

    private readonly byte[][] _small = Bodies(SmallBatch);
    private readonly byte[][] _big = Bodies(BigBatch);

    /// <summary>Records a second.</summary>
    public int Rate => rate;

    /// <summary>At the rate, until cancelled.</summary>
    public Task AtRateAsync(HttpClient client, CancellationToken cancellationToken) =>
        Senders.SendAtRateAsync(client, number => Now(_small, number, rate), rate / (double)SmallBatch, int.MaxValue, connections: 8, cancellationToken);

    /// <summary>As fast as it goes, until cancelled.</summary>
    public Task AtMostAsync(HttpClient client, CancellationToken cancellationToken) =>
        Senders.SendAtRateAsync(client, number => Now(_big, number, MostPerSecond), double.PositiveInfinity, int.MaxValue, connections, cancellationToken);

    private static byte[][] Bodies(int batch) => [.. Enumerable.Range(0, DistinctBodies).Select(seed => IngestPayload.Make(batch, seed, TimeProvider.System.GetUtcNow()))];

    private static byte[] Now(byte[][] bodies, int number, double perSecond) =>
        IngestPayload.Stamped(bodies[number % bodies.Length], TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1 / perSecond));
}
