using LogConsole.Anomalies.Detectors;
using LogConsole.Anomalies.Incidents;
using LogConsole.Metrics;

namespace LogConsole.Anomalies.Explanations;

/// <summary>What is said of series that left their band, with the evidence it stands on.</summary>
/// <param name="rises">The templates known, for the text of a template's series.</param>
internal sealed class SeriesSentences(EvidenceList evidence, EvidenceReader reader, NewestStretch stretch, IReadOnlyList<TemplateRise> rises)
{
    private const int MinMinutes = 3;

    // Of those that get no sentence of their own.
    private const int MaxNamed = 8;
    private const int MaxServices = 5;

    /// <summary>A sentence on one series: how far it is from what it was before, since when or from when to when.</summary>
    public async Task<ExplanationSentence> OfAsync(Anomaly anomaly, CancellationToken cancellationToken)
    {
        var detected = anomaly.Detected;
        var during = await DuringAsync(anomaly, cancellationToken).ConfigureAwait(false);
        if (detected.Detector == NewErrorTemplateDetector.NewErrorTemplate)
        {
            // Its anomaly is the moment it was new; how often it came since then is counted to the end of all.
            var text = ExplanationText.Quoted(TextOf(detected));
            return new ExplanationSentence(
                Headline.Of(anomaly.Service, detected, new ToldSeries(Told(detected, during), stretch.To, stretch.IsOver, Template: text)), [during.Id]);
        }

        // The detector's band is made of more than can be told here; what the minutes before held, anybody can count.
        var before = await BeforeAsync(anomaly, cancellationToken).ConfigureAwait(false);
        var told = new ToldSeries(Told(detected, during), TumblingWindow.Start(detected.LastWindow + 1), anomaly.HasEnded, before is null ? null : Usual(before));
        return new ExplanationSentence(Headline.Of(anomaly.Service, detected, told), before is null ? [during.Id] : [during.Id, before.Id]);
    }

    /// <summary>One sentence that names several series; those beyond a bound by their services alone.</summary>
    public async Task<ExplanationSentence> OthersAsync(IReadOnlyList<Anomaly> anomalies, CancellationToken cancellationToken)
    {
        var (names, ids) = (new List<string>(), new List<string>());
        foreach (var anomaly in anomalies.Take(MaxNamed))
        {
            var during = await DuringAsync(anomaly, cancellationToken).ConfigureAwait(false);
            names.Add(Name(anomaly, Told(anomaly.Detected, during)));
            ids.Add(during.Id);
        }

        if (anomalies.Count > MaxNamed)
        {
            string[] services = [.. anomalies.Skip(MaxNamed).Select(anomaly => anomaly.Service).Distinct()];
            var more = services.Length > MaxServices ? $" and {services.Length - MaxServices} more services" : "";
            names.Add($"{anomalies.Count - MaxNamed} more of {string.Join(", ", services.Take(MaxServices))}{more}");
        }

        return new ExplanationSentence($"Also left their band: {string.Join("; ", names)}.", [.. ids.Distinct()]);
    }

    /// <summary>The evidence of a template's rise; the one that is there, when it has been told before.</summary>
    public async Task<Evidence> RiseAsync(int serviceId, int templateId, string? text, CancellationToken cancellationToken) =>
        evidence.Items.FirstOrDefault(item => item.Query.Kind == EvidenceKind.TemplateRise && item.Query.TemplateId == templateId)
        ?? await evidence.AddAsync(
            new EvidenceQuery(EvidenceKind.TemplateRise, serviceId, stretch.Beginning, stretch.To, Before: stretch.Beginning - ExplanationMaker.Before, TemplateId: templateId),
            $"/api/logs?template={templateId}&from={ExplanationText.Address(stretch.Beginning)}&to={ExplanationText.Address(stretch.To)}",
            n => $"\"{ExplanationText.Quoted(text)}\" {Stretch.Rise(n)}", cancellationToken).ConfigureAwait(false);

    private static double Told(DetectedAnomaly detected, Evidence during) => new Numbers(during.Numbers)[detected.Detector switch
    {
        ErrorShareDetector.ErrorShare => "share",
        NewErrorTemplateDetector.NewErrorTemplate => "during",
        _ => "perSecond",
    }];

    private static string Name(Anomaly anomaly, double told) => anomaly.Detected.Detector switch
    {
        ErrorShareDetector.ErrorShare => $"error share of {anomaly.Service} ({Headline.Percent(told)} % on average)",
        NewErrorTemplateDetector.NewErrorTemplate => $"a new error in {anomaly.Service} ({Headline.Number(told)} records)",
        SilenceDetector.Silence => $"{anomaly.Service}, which sent nothing",
        _ => $"volume of {anomaly.Service} ({Headline.Number(told)} records/s on average)",
    };

    private Task<Evidence> DuringAsync(Anomaly anomaly, CancellationToken cancellationToken)
    {
        var (detected, service) = (anomaly.Detected, anomaly.Service);
        var (from, to) = (TumblingWindow.Start(detected.StartWindow), TumblingWindow.Start(detected.LastWindow + 1));
        var stretched = $"from {Headline.Clock(from)} to {Headline.Clock(to)}";
        return detected.Detector switch
        {
            NewErrorTemplateDetector.NewErrorTemplate => RiseAsync(anomaly.ServiceId, detected.TemplateId!.Value, TextOf(detected), cancellationToken),
            ErrorShareDetector.ErrorShare => evidence.AddAsync(
                new EvidenceQuery(EvidenceKind.ErrorShare, anomaly.ServiceId, from, to), ExplanationText.SeriesLink("error_rate", service, from, to),
                n => $"{service}: {Headline.Number(n["errors"])} of {Headline.Number(n["records"])} records were errors ({Headline.Percent(n["share"])} %) {stretched}", cancellationToken),
            _ => evidence.AddAsync(
                new EvidenceQuery(EvidenceKind.LogRate, anomaly.ServiceId, from, to), ExplanationText.SeriesLink("log_rate", service, from, to),
                n => $"{service}: {Headline.Number(n["records"])} records ({Headline.Number(n["perSecond"])} a second) {stretched}", cancellationToken),
        };
    }

    private static string Usual(Evidence before)
    {
        var n = new Numbers(before.Numbers);
        var range = before.Query.Kind == EvidenceKind.ErrorShareRange ? $"{ExplanationText.Range(n, Headline.Percent)} %" : ExplanationText.Range(n, Headline.Number);
        return $"{range} in the {Headline.Number(n["minutes"])} calm minutes before";
    }

    // Before the first lines, not before this series' own start, which may have left its band late. Cut to the calm minutes, so that the link's steps of a minute are the very minutes told of.
    private async Task<Evidence?> BeforeAsync(Anomaly anomaly, CancellationToken cancellationToken)
    {
        var (id, service) = (anomaly.ServiceId, anomaly.Service);
        if (await reader.HourBeforeAsync(id, stretch.Beginning, cancellationToken).ConfigureAwait(false) is not var (from, to))
        {
            return null;
        }

        string Minutes(Numbers n) =>
            $"in a minute, lowest and highest of the {Headline.Number(n["minutes"])} calm minutes from {Headline.Clock(from)} to {Headline.Clock(to)} (whole minutes without an anomaly of it";
        return anomaly.Detected.Detector == ErrorShareDetector.ErrorShare
            ? await evidence.AddAsync(
                new EvidenceQuery(EvidenceKind.ErrorShareRange, id, from, to), ExplanationText.SeriesLink("error_rate", service, from, to, stepSeconds: 60),
                n => $"{service}: {ExplanationText.Range(n, Headline.Percent)} % errors {Minutes(n)} and with ten records or more)",
                SaysSomething, cancellationToken).ConfigureAwait(false)
            : await evidence.AddAsync(
                new EvidenceQuery(EvidenceKind.LogRateRange, id, from, to), ExplanationText.SeriesLink("log_rate", service, from, to, stepSeconds: 60),
                n => $"{service}: {ExplanationText.Range(n, Headline.Number)} records a second {Minutes(n)})",
                SaysSomething, cancellationToken).ConfigureAwait(false);
    }

    private string? TextOf(DetectedAnomaly detected) => rises.FirstOrDefault(rise => rise.TemplateId == detected.TemplateId)?.Text;

    private static bool SaysSomething(Numbers range) => range["minutes"] >= MinMinutes;
}
