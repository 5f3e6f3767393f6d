using LogConsole.Metrics;

namespace LogConsole.Anomalies.Explanations;

/// <summary>
/// Where the lines of an incident begin. A detector judges several windows at once, so a series may leave its band after the first lines of the
/// trouble: they belong to what is told of it and not to what was before.
/// </summary>
internal sealed class FirstSigns(TemplateRiseReader templates)
{
    // The most windows a detector judges at once.
    private const int MostWindows = 18;

    private const int MaxTemplates = 12;

    // A window with fewer than so many times the usual records of a template is an ordinary one.
    private const double Raised = 3;

    /// <summary>Start of the window with the first line of a template of the service that rose with the stretch; never after the stretch's own start.</summary>
    public async Task<DateTimeOffset> BeginningAsync(NewestStretch stretch, int serviceId, CancellationToken cancellationToken)
    {
        var from = stretch.From - (MostWindows * BucketWidth.Rollup);
        from = stretch.BackFrom is { } back && back > from ? back : from;
        if (from >= stretch.From)
        {
            return stretch.From;
        }

        var known = await templates.ReadAsync([serviceId], from - ExplanationMaker.Before, from, stretch.To, cancellationToken).ConfigureAwait(false);
        var risen = TemplateRises.Rank(known, MaxTemplates);
        var windows = risen.Count == 0 ? [] : await templates.WindowsAsync(risen.Select(rise => rise.TemplateId), from, stretch.From, cancellationToken).ConfigureAwait(false);
        var (first, last) = (TumblingWindow.Of(from), TumblingWindow.Of(stretch.From));
        return TumblingWindow.Start(risen.Select(rise => First(rise, windows.Where(one => one.TemplateId == rise.TemplateId).ToDictionary(one => one.Window, one => one.Count), first, last))
            .Append(last).Min());
    }

    /// <summary>The first window of a template's rise in [from, to]: of one never seen before, its first; of another, the first of those without a pause up to the end that have clearly more than usual.</summary>
    /// <param name="counts">[window] → records.</param>
    internal static long First(TemplateRise rise, IReadOnlyDictionary<long, long> counts, long from, long to)
    {
        if (rise.Before == 0)
        {
            return counts.Keys.Append(to).Min();
        }

        var first = to;
        while (first > from && counts.GetValueOrDefault(first - 1) is > 0 and var count && count >= Raised * rise.Usual)
        {
            first--;
        }

        return first;
    }
}
