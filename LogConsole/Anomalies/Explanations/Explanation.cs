namespace LogConsole.Anomalies.Explanations;

/// <summary>What is said about an incident: sentences, each with the evidence it stands on. Texts contain names and lines from the logs: hostile.</summary>
/// <param name="MadeAt">When, by our clock.</param>
/// <param name="Method">How it was made, for people: it says when no language model took part.</param>
/// <param name="Headline">What and how much, in one sentence.</param>
public sealed record Explanation(
    DateTimeOffset MadeAt, string Method, string Headline, IReadOnlyList<ExplanationSentence> Sentences, IReadOnlyList<Evidence> Evidence)
{
    /// <summary>The method of <see cref="ExplanationMaker"/>.</summary>
    public const string Extractive = "Extractive: no language model is configured";
}

/// <summary>One sentence.</summary>
/// <param name="EvidenceIds">What it stands on.</param>
public sealed record ExplanationSentence(string Text, IReadOnlyList<string> EvidenceIds);

/// <summary>A fact with the query that finds it again.</summary>
/// <param name="Id">e1, e2, … within the explanation.</param>
/// <param name="Text">The fact in words; a line's or a template's own text: hostile.</param>
/// <param name="Numbers">Its numbers; <see cref="EvidenceReader"/> computes the same ones from <paramref name="Query"/>.</param>
/// <param name="Link">Where a reader can see it: a path of the API.</param>
public sealed record Evidence(string Id, string Text, IReadOnlyList<EvidenceNumber> Numbers, EvidenceQuery Query, string Link);

/// <summary>A number of a piece of evidence.</summary>
public sealed record EvidenceNumber(string Name, double Value);

/// <summary>What kind of fact a piece of evidence is.</summary>
public enum EvidenceKind
{
    /// <summary>records, errors and their share over a stretch.</summary>
    ErrorShare,

    /// <summary>minutes, low and high: how many calm minutes (<see cref="CalmMinutes"/>) of a stretch have ten records or more, the lowest and the highest of their error shares.</summary>
    ErrorShareRange,

    /// <summary>records and records a second over a stretch.</summary>
    LogRate,

    /// <summary>minutes, low and high: how many calm minutes (<see cref="CalmMinutes"/>) a stretch has, the lowest and the highest of their records a second.</summary>
    LogRateRange,

    /// <summary>
    /// A template's records during and before, with duringSeconds and beforeSeconds — of the stretch before only what is known of the
    /// service — and the lift: (during / duringSeconds) / (before / beforeSeconds); absent when it never came before.
    /// </summary>
    TemplateRise,

    /// <summary>start: Unix seconds of the first window of the incident's earliest anomaly of the service in the stretch.</summary>
    Onset,

    /// <summary>A stored line. lines: 1, or 0 when it is deleted; at: its own time, Unix milliseconds.</summary>
    Line,
}

/// <summary>How a fact is found again. Times are starts of windows, UTC; <paramref name="To"/> is exclusive.</summary>
/// <param name="Before">For <see cref="EvidenceKind.TemplateRise"/>: where the stretch before <paramref name="From"/> begins.</param>
/// <param name="LineId">For <see cref="EvidenceKind.Line"/>: the record's id.</param>
public sealed record EvidenceQuery(
    EvidenceKind Kind, int ServiceId, DateTimeOffset From, DateTimeOffset To, DateTimeOffset? Before = null, int? TemplateId = null, string? LineId = null, string? IncidentId = null);
