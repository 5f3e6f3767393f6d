using System.Globalization;
using LogConsole.Anomalies.Detectors;
using LogConsole.Anomalies.Incidents;
using LogConsole.Logs;
using LogConsole.Pipeline.Names;

namespace LogConsole.Anomalies.Explanations;

/// <summary>
/// Explains an incident by extraction alone: which series left their band and by how much, which templates tell most, where it began, and
/// three of its lines. It tells the incident's <see cref="NewestStretch"/>. Every number stands in the evidence with the query that computed it.
/// </summary>
internal sealed class ExplanationMaker(EvidenceReader reader, TemplateRiseReader templates, ILogStore logs, ServiceCatalog services, TimeProvider time)
{
    /// <summary>How far back an incident is compared with.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromHours(1);

    private const int MaxSeries = 5;
    private const int MaxTemplates = 3;

    // Rose most, of which the most telling are told.
    private const int MaxCandidates = 12;

    /// <summary>Explains what is stored now. Throws what the database throws.</summary>
    /// <param name="anomalies">The incident's, in any order; at least one.</param>
    public async Task<Explanation> MakeAsync(Incident incident, IReadOnlyList<Anomaly> anomalies, CancellationToken cancellationToken)
    {
        var stretch = NewestStretch.Of(anomalies);
        var first = stretch.Anomalies.TakeWhile(anomaly => anomaly.Detected.StartWindow == stretch.Anomalies[0].Detected.StartWindow)
            .OrderBy(anomaly => anomaly.Service != incident.Service).First();
        stretch = stretch with { Beginning = await new FirstSigns(templates).BeginningAsync(stretch, first.ServiceId, cancellationToken).ConfigureAwait(false) };
        var rises = await templates.ReadAsync(
            stretch.Anomalies.Select(anomaly => anomaly.ServiceId).Distinct(), stretch.Beginning - Before, stretch.Beginning, stretch.To, cancellationToken).ConfigureAwait(false);
        var evidence = new EvidenceList(reader);
        var series = new SeriesSentences(evidence, reader, stretch, rises);
        var lines = new SampleLines(evidence, logs, services, stretch);

        var told = new List<(Anomaly Anomaly, ExplanationSentence Sentence)>();
        foreach (var anomaly in stretch.Anomalies.Take(MaxSeries))
        {
            told.Add((anomaly, await series.OfAsync(anomaly, cancellationToken).ConfigureAwait(false)));
        }

        var sentences = told.ConvertAll(item => item.Sentence);
        if (stretch.Anomalies.Count > MaxSeries)
        {
            sentences.Add(await series.OthersAsync([.. stretch.Anomalies.Skip(MaxSeries)], cancellationToken).ConfigureAwait(false));
        }

        var risen = await TellingAsync(lines, rises, first.ServiceId, cancellationToken).ConfigureAwait(false);
        foreach (var rise in risen)
        {
            var known = await series.RiseAsync(rise.ServiceId, rise.TemplateId, rise.Text, cancellationToken).ConfigureAwait(false);
            sentences.Add(new ExplanationSentence($"\"{ExplanationText.Quoted(rise.Text)}\" in {services[rise.ServiceId].Name} {Stretch.Rise(new Numbers(known.Numbers))}.", [known.Id]));
        }

        sentences.Add(await OnsetAsync(evidence, incident, stretch, first, rises, lines, cancellationToken).ConfigureAwait(false));
        if (await lines.SentenceAsync(risen, cancellationToken).ConfigureAwait(false) is { } samples)
        {
            sentences.Add(samples);
        }

        return new Explanation(time.GetUtcNow(), Explanation.Extractive, Leading(told).Text, sentences, evidence.Items);
    }

    // What goes on before what is over; a share or a rate says more than "a new template"; among equals the earliest.
    private static ExplanationSentence Leading(List<(Anomaly Anomaly, ExplanationSentence Sentence)> series) =>
        series.OrderBy(item => item.Anomaly.Detected.Detector == NewErrorTemplateDetector.NewErrorTemplate).ThenBy(item => item.Anomaly.HasEnded).First().Sentence;

    private static async Task<IReadOnlyList<TemplateRise>> TellingAsync(
        SampleLines lines, IReadOnlyList<TemplateRise> rises, int firstService, CancellationToken cancellationToken)
    {
        var candidates = new List<TemplateRise>();
        foreach (var rise in TemplateRises.Rank(rises, MaxCandidates))
        {
            candidates.Add(rise with { Severity = await lines.SeverityAsync(rise, cancellationToken).ConfigureAwait(false) });
        }

        return TemplateRises.MostTelling(candidates, firstService, MaxTemplates);
    }

    private static async Task<ExplanationSentence> OnsetAsync(
        EvidenceList evidence, Incident incident, NewestStretch stretch, Anomaly first, IReadOnlyList<TemplateRise> rises, SampleLines lines, CancellationToken cancellationToken)
    {
        var onset = await evidence.AddAsync(
            new EvidenceQuery(EvidenceKind.Onset, first.ServiceId, stretch.From, stretch.To, IncidentId: incident.Id.ToString(CultureInfo.InvariantCulture)),
            $"/api/incidents/{incident.Id}", n => $"{first.Service} was the first outside its band, at {Headline.Clock(DateTimeOffset.FromUnixTimeSeconds((long)n["start"]))}", cancellationToken).ConfigureAwait(false);
        List<string> ids = [onset.Id];
        var text = stretch.BackFrom is { } back
            ? $"It began again in {first.Service} at {Headline.Clock(stretch.From)}, after all series had been back in their band from {Headline.Clock(back)} on"
            : $"It began in {first.Service}, the first outside its band, at {Headline.Clock(stretch.From)}";
        if (TemplateRises.Remarkable(rises, first.ServiceId, MaxCandidates) is { Count: > 0 } candidates)
        {
            var (template, when, line) = await lines.FirstAsync(candidates, cancellationToken).ConfigureAwait(false);
            text += $"; \"{ExplanationText.Quoted(template.Text)}\" {(template.Before == 0 ? "first came" : "began to come more often")} {when}";
            ids.AddRange(line is null ? [] : [line.Id]);
        }

        return new ExplanationSentence(text + ".", ids);
    }
}
