using System.Globalization;
using LogConsole.Anomalies.Detectors;
using LogConsole.Anomalies.Incidents;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Pipeline.Names;

namespace LogConsole.Anomalies.Explanations;

/// <summary>
/// Explains an incident by extraction alone: which series left their band and by how much, which templates rose most, where it began, and
/// three of its lines. Every number stands in the evidence with the query that computed it.
/// </summary>
internal sealed class ExplanationMaker(EvidenceReader reader, TemplateRiseReader templates, ILogStore logs, ServiceCatalog services, TimeProvider time)
{
    private const int MaxSeries = 5;
    private const int MaxTemplates = 3;
    private const int MaxLines = 3;
    private const int MinMinutes = 5;
    private const int MaxTextCharacters = 200;

    private static readonly TimeSpan s_before = TimeSpan.FromHours(1);

    /// <summary>Explains what is stored now. Throws what the database throws.</summary>
    /// <param name="anomalies">The incident's, in the order they started; at least one.</param>
    public async Task<Explanation> MakeAsync(Incident incident, IReadOnlyList<Anomaly> anomalies, CancellationToken cancellationToken)
    {
        var evidence = new EvidenceList(reader);
        var sentences = new List<ExplanationSentence>();
        var rises = await templates.ReadAsync(anomalies.Select(anomaly => anomaly.ServiceId).Distinct(), incident.StartedAt - s_before, incident.StartedAt, incident.LastAt, cancellationToken)
            .ConfigureAwait(false);
        var risen = TemplateRises.Rank(rises, MaxTemplates);
        var series = new List<(Anomaly Anomaly, ExplanationSentence Sentence)>();
        foreach (var anomaly in anomalies.OrderBy(anomaly => anomaly.Detected.StartWindow).ThenByDescending(anomaly => anomaly.Detected.Score).Take(MaxSeries))
        {
            var text = rises.FirstOrDefault(rise => rise.TemplateId == anomaly.Detected.TemplateId)?.Text;
            series.Add((anomaly, await SeriesAsync(evidence, incident, anomaly, text, cancellationToken).ConfigureAwait(false)));
        }

        var headline = Leading(series).Sentence.Text;
        sentences.AddRange(series.Select(item => item.Sentence));
        if (anomalies.Count > MaxSeries)
        {
            sentences.Add(new ExplanationSentence($"{anomalies.Count - MaxSeries} more series left their band.", []));
        }

        foreach (var rise in risen)
        {
            sentences.Add(await TemplateAsync(evidence, incident, rise, cancellationToken).ConfigureAwait(false));
        }

        sentences.Add(await OnsetAsync(evidence, incident, anomalies, risen, cancellationToken).ConfigureAwait(false));
        await LinesAsync(evidence, sentences, incident, anomalies, risen, cancellationToken).ConfigureAwait(false);
        return new Explanation(time.GetUtcNow(), Explanation.Extractive, headline, sentences, evidence.Items);
    }

    // A share or a rate says more than "a new template"; among equals the earliest.
    private static (Anomaly Anomaly, ExplanationSentence Sentence) Leading(List<(Anomaly Anomaly, ExplanationSentence Sentence)> series) =>
        series.Where(item => item.Anomaly.Detected.Detector != NewErrorTemplateDetector.NewErrorTemplate).Concat(series).First();

    private async Task<ExplanationSentence> SeriesAsync(EvidenceList evidence, Incident incident, Anomaly anomaly, string? template, CancellationToken cancellationToken)
    {
        var detected = anomaly.Detected;
        var (from, to) = (TumblingWindow.Start(detected.StartWindow), TumblingWindow.Start(detected.LastWindow + 1));
        var service = anomaly.Service;
        switch (detected.Detector)
        {
            case ErrorShareDetector.ErrorShare:
                {
                    var during = await evidence.AddAsync(
                        new EvidenceQuery(EvidenceKind.ErrorShare, anomaly.ServiceId, from, to), SeriesLink("error_rate", service, from, to),
                        n => $"{service}: {Headline.Number(n["errors"])} of {Headline.Number(n["records"])} records were errors ({Headline.Percent(n["share"])} %)", cancellationToken).ConfigureAwait(false);
                    var before = await evidence.AddAsync(
                        new EvidenceQuery(EvidenceKind.ErrorShareRange, anomaly.ServiceId, from - s_before, from), SeriesLink("error_rate", service, from - s_before, from),
                        n => $"{service}: of {Headline.Number(n["minutes"])} minutes with ten records or more in the hour before, 9 of 10 had {Headline.Percent(n["low"])}–{Headline.Percent(n["high"])} % errors", SaysSomething, cancellationToken).ConfigureAwait(false);
                    return Sentence(service, detected, "share", during, before);
                }

            case NewErrorTemplateDetector.NewErrorTemplate:
                {
                    var rise = await RiseAsync(evidence, incident, anomaly.ServiceId, detected.TemplateId!.Value, template, cancellationToken).ConfigureAwait(false);
                    return new ExplanationSentence(Headline.Of(service, detected, new Numbers(rise.Numbers)["during"], Quoted(template)), [rise.Id]);
                }

            default:
                {
                    var during = await evidence.AddAsync(
                        new EvidenceQuery(EvidenceKind.LogRate, anomaly.ServiceId, from, to), SeriesLink("log_rate", service, from, to),
                        n => $"{service}: {Headline.Number(n["records"])} records ({Headline.Number(n["perSecond"])} a second)", cancellationToken).ConfigureAwait(false);
                    var before = await evidence.AddAsync(
                        new EvidenceQuery(EvidenceKind.LogRateRange, anomaly.ServiceId, from - s_before, from), SeriesLink("log_rate", service, from - s_before, from),
                        n => $"{service}: of {Headline.Number(n["minutes"])} minutes with records in the hour before, 9 of 10 had {Headline.Number(n["low"])}–{Headline.Number(n["high"])} records a second", SaysSomething, cancellationToken).ConfigureAwait(false);
                    return Sentence(service, detected, "perSecond", during, before);
                }
        }
    }

    // The band told is the detector's, as everywhere; how the minutes before were spread is evidence of its own.
    private static ExplanationSentence Sentence(string service, DetectedAnomaly anomaly, string number, Evidence during, Evidence? before) =>
        new(Headline.Of(service, anomaly, new Numbers(during.Numbers)[number]), before is null ? [during.Id] : [during.Id, before.Id]);

    private static bool SaysSomething(Numbers range) => range["minutes"] >= MinMinutes;

    private async Task<ExplanationSentence> TemplateAsync(EvidenceList evidence, Incident incident, TemplateRise rise, CancellationToken cancellationToken)
    {
        var known = evidence.Items.FirstOrDefault(item => item.Query.Kind == EvidenceKind.TemplateRise && item.Query.TemplateId == rise.TemplateId)
            ?? await RiseAsync(evidence, incident, rise.ServiceId, rise.TemplateId, rise.Text, cancellationToken).ConfigureAwait(false);
        return new ExplanationSentence($"\"{Quoted(rise.Text)}\" in {services[rise.ServiceId].Name} {Stretch.Rise(new Numbers(known.Numbers))}.", [known.Id]);
    }

    private Task<Evidence> RiseAsync(EvidenceList evidence, Incident incident, int serviceId, int templateId, string? text, CancellationToken cancellationToken) => evidence.AddAsync(
        new EvidenceQuery(EvidenceKind.TemplateRise, serviceId, incident.StartedAt, incident.LastAt, Before: incident.StartedAt - s_before, TemplateId: templateId),
        $"/api/logs?template={templateId}&from={Text(incident.StartedAt)}&to={Text(incident.LastAt)}",
        n => $"\"{Quoted(text)}\" {Stretch.Rise(n)}", cancellationToken);

    private static async Task<ExplanationSentence> OnsetAsync(
        EvidenceList evidence, Incident incident, IReadOnlyList<Anomaly> anomalies, IReadOnlyList<TemplateRise> risen, CancellationToken cancellationToken)
    {
        var first = anomalies.OrderBy(anomaly => anomaly.Detected.StartWindow).ThenBy(anomaly => anomaly.Service != incident.Service).First();
        var onset = await evidence.AddAsync(
            new EvidenceQuery(EvidenceKind.Onset, first.ServiceId, incident.StartedAt, incident.LastAt, IncidentId: incident.Id.ToString(CultureInfo.InvariantCulture)),
            $"/api/incidents/{incident.Id}", n => $"{first.Service} was the first outside its band, at {Clock(DateTimeOffset.FromUnixTimeSeconds((long)n["start"]))}", cancellationToken).ConfigureAwait(false);
        var text = $"It began in {first.Service} at {Clock(TumblingWindow.Start(first.Detected.StartWindow))}";
        if (risen.Where(rise => rise.Before == 0).MinBy(rise => rise.FirstDuring) is { } template)
        {
            text += $"; \"{Quoted(template.Text)}\" first came at {Clock(TumblingWindow.Start(template.FirstDuring))}";
        }

        return new ExplanationSentence(text + ".", [onset.Id]);
    }

    private async Task LinesAsync(
        EvidenceList evidence, List<ExplanationSentence> sentences, Incident incident, IReadOnlyList<Anomaly> anomalies, IReadOnlyList<TemplateRise> risen, CancellationToken cancellationToken)
    {
        var rows = new List<LogRow>();
        foreach (var rise in risen.Where(rise => rise.During > 0))
        {
            await TakeAsync(new LogFilter { TemplateId = rise.TemplateId, ServiceIds = [rise.ServiceId], From = incident.StartedAt, To = incident.LastAt }, 1).ConfigureAwait(false);
        }

        int[] affected = [.. anomalies.Select(anomaly => anomaly.ServiceId).Distinct()];
        await TakeAsync(new LogFilter { ServiceIds = affected, MinSeverity = SeverityNumber.Error, From = incident.StartedAt, To = incident.LastAt }, MaxLines).ConfigureAwait(false);

        // Of a service that has fallen silent the last words count.
        await TakeAsync(new LogFilter { ServiceIds = affected, From = incident.StartedAt - s_before, To = incident.LastAt }, MaxLines).ConfigureAwait(false);
        var ids = new List<string>();
        foreach (var row in rows.Take(MaxLines).OrderBy(row => row.Timestamp.UnixMicroseconds))
        {
            var start = TumblingWindow.Start(TumblingWindow.Of(row.Timestamp.UnixMicroseconds));
            var query = new EvidenceQuery(EvidenceKind.Line, row.ServiceId, start, start + BucketWidth.Rollup, LineId: row.Id.ToString(CultureInfo.InvariantCulture), TemplateId: row.TemplateId);
            var line = await evidence.AddAsync(
                query, $"/api/logs?service={Uri.EscapeDataString(services[row.ServiceId].Name)}&from={Text(start)}&to={Text(start + BucketWidth.Rollup)}", _ => Quoted(row.Body), cancellationToken).ConfigureAwait(false);
            ids.Add(line.Id);
        }

        if (ids.Count != 0)
        {
            sentences.Add(new ExplanationSentence(ids.Count == 1 ? "One of its lines." : $"{ids.Count} of its lines.", ids));
        }

        async Task TakeAsync(LogFilter filter, int wanted)
        {
            if (rows.Count < MaxLines)
            {
                var page = await logs.QueryAsync(filter, wanted, null, cancellationToken).ConfigureAwait(false);
                rows.AddRange(page.Rows.Where(row => rows.TrueForAll(known => known.Id != row.Id)));
            }
        }
    }

    private static string SeriesLink(string metric, string service, DateTimeOffset from, DateTimeOffset to) =>
        $"/api/metrics/series?metric={metric}&service={Uri.EscapeDataString(service)}&from={Text(from)}&to={Text(to)}";

    private static string Text(DateTimeOffset moment) => moment.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Clock(DateTimeOffset moment) => moment.ToString("HH:mm:ss", CultureInfo.InvariantCulture) + " UTC";

    private static string Quoted(string? text)
    {
        var whole = text ?? "";
        return whole.Length <= MaxTextCharacters ? whole : whole[..(char.IsHighSurrogate(whole[MaxTextCharacters - 1]) ? MaxTextCharacters - 1 : MaxTextCharacters)] + "…";
    }
}
