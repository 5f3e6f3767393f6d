using LogConsole.Anomalies.Incidents;
using LogConsole.Components.Incidents;

namespace LogConsole.Components.Charts;

/// <summary>A diamond on a chart's time axis.</summary>
/// <param name="At">Milliseconds since the epoch.</param>
/// <param name="Label">What it marks; hostile: put on screen as text.</param>
/// <param name="Url">What it opens, relative to the base address; null when it opens nothing.</param>
/// <param name="State">The incident's state in a word, or null.</param>
internal sealed record ChartMark(long At, string Label, string? Url, string? State)
{
    private const int MaxLabel = 160;

    /// <summary>Where an incident began.</summary>
    public static ChartMark Of(Incident incident) => new(
        incident.StartedAt.ToUnixTimeMilliseconds(), DisplayText.Cut(IncidentText.Title(incident), MaxLabel), IncidentsQuery.Address(incident.Id), IncidentText.Word(incident.State));
}

/// <summary>What the browser is sent when only the marks changed.</summary>
internal sealed record MarksFrame(IReadOnlyList<ChartMark> Marks);
