using System.Globalization;
using LogConsole.Anomalies.Explanations;
using LogConsole.Overview;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.Incidents;

/// <summary>The explanation of an incident with its proof.</summary>
public sealed partial class ExplanationPane : ComponentBase
{
    private Explanation? _numbered;
    private Dictionary<string, int> _numbers = [];

    [Inject]
    private ConsoleView View { get; set; } = default!;

    /// <summary>The incident, found.</summary>
    [Parameter, EditorRequired]
    public required IncidentDetail Detail { get; set; }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (!ReferenceEquals(_numbered, Detail.Explanation))
        {
            _numbered = Detail.Explanation;
            _numbers = (_numbered?.Evidence ?? []).Select((evidence, index) => (evidence.Id, Number: index + 1)).ToDictionary(one => one.Id, one => one.Number, StringComparer.Ordinal);
        }
    }

    private static List<Evidence> Lines(Explanation explanation) => [.. explanation.Evidence.Where(evidence => evidence.Query.Kind == EvidenceKind.Line)];

    private string Local(string sentence) => LocalClock.In(DisplayText.Clean(sentence), Detail.Found!.StartedAt, View.Zone);

    // A line is shown as it was logged.
    private string TextOf(Evidence evidence) => evidence.Query.Kind == EvidenceKind.Line ? DisplayText.Clean(evidence.Text) : Local(evidence.Text);

    // Explanations made before lines had a time of their own know the window.
    private static DateTimeOffset LoggedAt(Evidence line) =>
        line.Numbers.FirstOrDefault(number => number.Name == "at") is { } at ? DateTimeOffset.UnixEpoch.AddMilliseconds(at.Value) : line.Query.From;

    private string OfDay(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, View.Zone).ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private string? ServiceOf(Evidence evidence) => Detail.Anomalies.FirstOrDefault(anomaly => anomaly.ServiceId == evidence.Query.ServiceId)?.Service;

    // A series opens in the chart beside, everything else where its lines are.
    private string LinkOf(Evidence evidence)
    {
        SeriesMeasure? measure = evidence.Query.Kind switch
        {
            EvidenceKind.ErrorShare or EvidenceKind.ErrorShareRange => SeriesMeasure.ErrorShare,
            EvidenceKind.LogRate or EvidenceKind.LogRateRange => SeriesMeasure.LogRate,
            _ => null,
        };
        var service = ServiceOf(evidence);
        return Detail.Series.FirstOrDefault(series => series.Measure == measure && series.Service == service) is { } course
            ? $"{IncidentsQuery.Address(Detail.Found!.Id)}?series={course.AnomalyId}"
            : EvidenceLinks.Of(evidence, service);
    }
}
