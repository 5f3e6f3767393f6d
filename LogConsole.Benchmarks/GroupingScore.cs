namespace LogConsole.Benchmarks;

/// <summary>
/// How well predicted groups of lines agree with the true ones, as the Logparser toolkit measures it (Zhu et al., ICSE-SEIP 2019):
/// a line counts only when the set of lines in its predicted group equals the set in its true group.
/// </summary>
/// <param name="Accuracy">Lines in exactly right groups, as a share of all lines.</param>
/// <param name="F1">Harmonic mean of the shares of predicted and of true groups that are exactly right (FGA).</param>
/// <param name="Groups">Predicted groups.</param>
internal sealed record GroupingScore(double Accuracy, double F1, int Groups)
{
    /// <summary>Compares two groupings of the same lines.</summary>
    /// <param name="predicted">[line] → group.</param>
    /// <param name="truth">[line] → group.</param>
    public static GroupingScore Of(IReadOnlyList<int> predicted, IReadOnlyList<string> truth)
    {
        var predictedGroups = Enumerable.Range(0, predicted.Count).ToLookup(line => predicted[line]);
        var trueSizes = truth.CountBy(group => group).ToDictionary();
        var rightLines = 0;
        var rightGroups = 0;
        foreach (var group in predictedGroups)
        {
            var lines = group.ToList();
            var label = truth[lines[0]];
            if (lines.Count == trueSizes[label] && lines.TrueForAll(line => truth[line] == label))
            {
                rightLines += lines.Count;
                rightGroups++;
            }
        }

        return new GroupingScore(
            (double)rightLines / Math.Max(1, predicted.Count),
            2.0 * rightGroups / Math.Max(1, predictedGroups.Count + trueSizes.Count),
            predictedGroups.Count);
    }
}
