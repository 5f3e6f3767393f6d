using LogConsole.Anomalies.Explanations;

namespace LogConsole.Overview;

/// <summary>The one sentence of an explanation that says most about the cause. Pure.</summary>
internal static class IncidentCause
{
    // What is new or rose most says more than where it began; a line alone says nothing.
    private static readonly EvidenceKind[] s_telling = [EvidenceKind.TemplateRise, EvidenceKind.Onset];

    /// <summary>The sentence, hostile as the logs; null when the explanation holds none, or there is no explanation.</summary>
    public static string? Of(Explanation? explanation) =>
        explanation is null
            ? null
            : s_telling.Select(kind => explanation.Sentences.FirstOrDefault(sentence => sentence.Text != explanation.Headline && StandsOn(explanation, sentence, kind)))
                .FirstOrDefault(sentence => sentence is not null)?.Text;

    private static bool StandsOn(Explanation explanation, ExplanationSentence sentence, EvidenceKind kind) =>
        sentence.EvidenceIds.Count != 0 && explanation.Evidence.Any(evidence => evidence.Id == sentence.EvidenceIds[0] && evidence.Query.Kind == kind);
}
