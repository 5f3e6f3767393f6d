using LogConsole.Ingestion;

namespace LogConsole.Anomalies.Explanations;

/// <summary>A template before and during an incident.</summary>
/// <param name="Score">How surely it rose: for ranking only, never told.</param>
/// <param name="FirstDuring">The first window with it since the incident began.</param>
internal sealed record TemplateRise(int TemplateId, int ServiceId, string Text, long During, long Before, double Score, long FirstDuring)
{
    /// <summary>Records in a window before, of what is known.</summary>
    public double Usual { get; init; }

    /// <summary>The severity number of its records; 0 while it is not known.</summary>
    public byte Severity { get; init; }
}

/// <summary>Which templates rose most. Pure.</summary>
internal static class TemplateRises
{
    /// <summary>Fewer records than this during an incident explain nothing.</summary>
    public const int MinDuring = 5;

    /// <summary>Smaller scores are chance. A template that reaches it came at least twice as often.</summary>
    public const double MinScore = 2;

    // Added on both sides: a template seen never before and six times now has not risen infinitely.
    private const double Damping = 5;

    // Records in a window: one in five windows or less.
    private const double HardlyEver = 0.2;

    // Taken to have come once more before: never in ten seconds says little, never in an hour says much.
    private const double Unseen = 1;

    /// <summary>How many times as often as before: the two rates as they were counted. Null when it never came before or nothing is known of then.</summary>
    public static double? Lift(long during, TimeSpan duringLength, long before, TimeSpan beforeLength) =>
        before == 0 || beforeLength <= TimeSpan.Zero || duringLength <= TimeSpan.Zero ? null : during / duringLength.TotalSeconds / (before / beforeLength.TotalSeconds);

    /// <summary>The lift damped for small counts and short stretches; 0 when nothing is known of before.</summary>
    public static double Score(long during, TimeSpan duringLength, long before, TimeSpan beforeLength) =>
        beforeLength <= TimeSpan.Zero ? 0 : (during + Damping) / (((before + Unseen) * (duringLength / beforeLength)) + Damping);

    /// <summary>Those that rose, most surely first; ties by count, then id.</summary>
    public static IReadOnlyList<TemplateRise> Rank(IEnumerable<TemplateRise> templates, int limit) =>
    [
        .. templates.Where(template => template.During >= MinDuring && template.Score >= MinScore)
            .OrderByDescending(template => template.Score).ThenByDescending(template => template.During).ThenBy(template => template.TemplateId)
            .Take(limit),
    ];

    /// <summary>
    /// Of those that rose, the ones that say most about a cause: errors rather than warnings rather than anything else, and those of the service
    /// where it began — a warning there weighs as much as an error elsewhere. Among equals those that rose most surely: what floods the
    /// other services is what they answer to the cause.
    /// </summary>
    public static IReadOnlyList<TemplateRise> MostTelling(IEnumerable<TemplateRise> risen, int firstService, int limit) =>
    [
        .. risen.OrderByDescending(rise => Weight(rise.Severity) + (rise.ServiceId == firstService ? 1 : 0))
            .ThenByDescending(rise => rise.Score).ThenByDescending(rise => rise.During).ThenBy(rise => rise.TemplateId)
            .Take(limit),
    ];

    /// <summary>
    /// Of those of a service that surely rose, the ones whose single line is remarkable: they hardly came before. The first line of any other may be an ordinary one.
    /// </summary>
    public static IReadOnlyList<TemplateRise> Remarkable(IEnumerable<TemplateRise> templates, int serviceId, int limit) =>
        Rank(templates.Where(template => template.ServiceId == serviceId && template.Usual <= HardlyEver), limit);

    private static int Weight(byte severity) => severity switch
    {
        >= SeverityNumber.Error => 2,
        >= SeverityNumber.Warn => 1,
        _ => 0,
    };
}
