namespace LogConsole.Anomalies.Explanations;

/// <summary>A template before and during an incident.</summary>
/// <param name="FirstDuring">The first window with it since the incident began.</param>
internal sealed record TemplateRise(int TemplateId, int ServiceId, string Text, long During, long Before, double Lift, long FirstDuring);

/// <summary>Which templates rose most. Pure.</summary>
internal static class TemplateRises
{
    /// <summary>Fewer records than this during an incident explain nothing.</summary>
    public const int MinDuring = 5;

    /// <summary>Smaller lifts are chance.</summary>
    public const double MinLift = 2;

    // Added on both sides: a template seen never before and six times now has not risen infinitely.
    private const double Damping = 5;

    /// <summary>How many times more often than before, damped for small counts: (during + 5) / (expected + 5), expected being the earlier rate over the same time.</summary>
    public static double Lift(long during, TimeSpan duringLength, long before, TimeSpan beforeLength)
    {
        var expected = beforeLength <= TimeSpan.Zero ? 0 : before * (duringLength / beforeLength);
        return (during + Damping) / (expected + Damping);
    }

    /// <summary>Those that rose, most first; ties by count, then id.</summary>
    public static IReadOnlyList<TemplateRise> Rank(IEnumerable<TemplateRise> templates, int limit) =>
    [
        .. templates.Where(template => template.During >= MinDuring && template.Lift >= MinLift)
            .OrderByDescending(template => template.Lift).ThenByDescending(template => template.During).ThenBy(template => template.TemplateId)
            .Take(limit),
    ];

    /// <summary>5 % and 95 % of per-minute values.</summary>
    public static (double Low, double High) Range(IEnumerable<double> values)
    {
        var sorted = values.Select(value => (float)value).Order().ToArray();
        return (Detectors.Robust.Quantile(sorted, 0.05), Detectors.Robust.Quantile(sorted, 0.95));
    }
}
