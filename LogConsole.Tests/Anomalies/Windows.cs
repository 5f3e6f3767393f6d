using LogConsole.Anomalies;
using LogConsole.Anomalies.Detectors;

namespace LogConsole.Tests.Anomalies;

/// <summary>Feeds one service's detectors with windows of made series; records what they find.</summary>
internal sealed class Windows(AnomalyOptions? options = null)
{
    /// <summary>2026-11-20 00:00:00 UTC.</summary>
    public const long Midnight = 179_513_280;

    private readonly AnomalyOptions _options = options ?? new AnomalyOptions();

    public ServiceDetectors Detectors { get; private set; } = new(options ?? new AnomalyOptions());

    public List<(long Window, Finding Finding)> Findings { get; } = [];

    public long Next { get; private set; } = Midnight;

    /// <summary>Each opened anomaly: detector, direction, windows from its start to its discovery.</summary>
    public IEnumerable<string> Opened => Findings.Where(item => item.Finding.Kind == FindingKind.Opened)
        .Select(item => $"{item.Finding.Anomaly.Detector} {item.Finding.Anomaly.Direction}");

    public int Open => Findings.Count(item => item.Finding.Kind == FindingKind.Opened) - Findings.Count(item => item.Finding.Kind == FindingKind.Ended);

    public Windows Feed(int windows, Func<long, double> records, Func<long, double>? errors = null, bool others = true, params TemplateSighting[] templates)
    {
        for (var i = 0; i < windows; i++, Next++)
        {
            var found = new List<Finding>();
            var count = (long)records(Next);
            Detectors.Judge(new ServiceWindow(Next, count, errors is null ? 0 : (long)errors(Next), others, templates), found);
            Findings.AddRange(found.Select(finding => (Next, finding)));
        }

        return this;
    }

    public Windows Feed(int windows, double records, double errors = 0, bool others = true, params TemplateSighting[] templates) =>
        Feed(windows, _ => records, _ => errors, others, templates);

    /// <summary>Time in which nobody of the origin sent anything.</summary>
    public Windows Skip(int windows)
    {
        Next += windows;
        return this;
    }

    /// <summary>As after a restart.</summary>
    public Windows Restart()
    {
        Detectors = ServiceDetectors.TryLoad(Detectors.Save(), _options) ?? throw new InvalidOperationException("the state is unreadable");
        return this;
    }

    /// <summary>Poisson counts of a rate (Knuth for small ones, normal for large); reproducible.</summary>
    public static Func<long, double> Noisy(int seed, Func<long, double> mean)
    {
        var random = new Random(seed);
        return window => Poisson(random, mean(window));
    }

    /// <summary>A day's rhythm: between 0.4 and 1.6 times the mean, lowest at midnight.</summary>
    public static double Rhythm(long window, double mean) => mean * (1 - (0.6 * Math.Cos((window - Midnight) / 8_640.0 * 2 * Math.PI)));

    private static double Poisson(Random random, double mean)
    {
        if (mean > 50)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * normal)));
        }

        var (limit, product, count) = (Math.Exp(-mean), random.NextDouble(), 0);
        while (product > limit)
        {
            product *= random.NextDouble();
            count++;
        }

        return count;
    }
}
