namespace LogConsole.Benchmarks.Viewers;

/// <summary>Records with timestamps of now, at a rate or as fast as sixteen senders can.</summary>
internal sealed class OfferedLoad(int rate)
{
    private const int DistinctBodies = 32;
    private const int SmallBatch = 500;
    private const int BigBatch = 2_000;
    private const int WarmUpRecords = 200_000;
    private const double MostPerSecond = 100_000;

    private readonly byte[][] _small = Bodies(SmallBatch);
    private readonly byte[][] _big = Bodies(BigBatch);

    /// <summary>Records a second.</summary>
    public int Rate => rate;

    /// <summary>Until the console's code is warm, with records in its table and the first probe among them.</summary>
    public async Task WarmUpAsync(HttpClient client, ProbeTimes probes)
    {
        await Senders.SendAsync(client, number => Now(_big, number, MostPerSecond), WarmUpRecords / BigBatch, connections: 16);
        await probes.SendOneAsync(client);
    }

    /// <summary>At the rate, until cancelled.</summary>
    public Task AtRateAsync(HttpClient client, CancellationToken cancellationToken) =>
        Senders.SendAtRateAsync(client, number => Now(_small, number, rate), rate / (double)SmallBatch, int.MaxValue, connections: 8, cancellationToken);

    /// <summary>As fast as it goes, until cancelled.</summary>
    public Task AtMostAsync(HttpClient client, CancellationToken cancellationToken) =>
        Senders.SendAtRateAsync(client, number => Now(_big, number, MostPerSecond), double.PositiveInfinity, int.MaxValue, connections: 16, cancellationToken);

    private static byte[][] Bodies(int batch) => [.. Enumerable.Range(0, DistinctBodies).Select(seed => IngestPayload.Make(batch, seed, TimeProvider.System.GetUtcNow()))];

    private static byte[] Now(byte[][] bodies, int number, double perSecond) =>
        IngestPayload.Stamped(bodies[number % bodies.Length], TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1 / perSecond));
}
