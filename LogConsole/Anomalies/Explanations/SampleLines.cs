using System.Globalization;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Metrics;
using LogConsole.Pipeline.Names;

namespace LogConsole.Anomalies.Explanations;

/// <summary>Lines of a stretch, with the evidence that they are stored.</summary>
internal sealed class SampleLines(EvidenceList evidence, ILogStore logs, ServiceCatalog services, NewestStretch stretch)
{
    private const int MaxLines = 3;

    // A window with more lines of one template is not read to its first one.
    private const int MaxInWindow = 1_000;

    private readonly List<LogRow> _rows = [];

    /// <summary>
    /// Which of several templates came first since the stretch began, and when: the moment of its first line, with that line, or the ends of its
    /// first window when that holds too many lines to look through.
    /// </summary>
    /// <param name="rises">At least one.</param>
    public async Task<(TemplateRise Rise, string When, Evidence? Line)> FirstAsync(IReadOnlyList<TemplateRise> rises, CancellationToken cancellationToken)
    {
        var window = rises.Min(rise => rise.FirstDuring);
        var start = TumblingWindow.Start(window);
        (TemplateRise Rise, LogRow Row)? first = null;
        foreach (var rise in rises.Where(rise => rise.FirstDuring == window))
        {
            var filter = new LogFilter { TemplateId = rise.TemplateId, ServiceIds = [rise.ServiceId], From = start, To = start + BucketWidth.Rollup };
            var page = await logs.QueryAsync(filter, MaxInWindow, null, cancellationToken).ConfigureAwait(false);
            if (page.Rows.Count is 0 or MaxInWindow)
            {
                return (rise, $"between {Headline.Clock(start)} and {Headline.Clock(start + BucketWidth.Rollup)}", null);
            }

            var oldest = page.Rows[^1];
            first = first is { } known && known.Row.Timestamp.UnixMicroseconds <= oldest.Timestamp.UnixMicroseconds ? first : (rise, oldest);
        }

        var (named, row) = first!.Value;
        _rows.Add(row);
        return (named, $"at {Headline.Clock(At(row))}", await EvidenceAsync(row, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The severity of a template in the stretch; 0 when none of its lines is stored any more. A template's lines are of one severity, as a rule.</summary>
    public async Task<byte> SeverityAsync(TemplateRise rise, CancellationToken cancellationToken)
    {
        var filter = new LogFilter { TemplateId = rise.TemplateId, ServiceIds = [rise.ServiceId], From = stretch.Beginning, To = stretch.To };
        var page = await logs.QueryAsync(filter, 1, null, cancellationToken).ConfigureAwait(false);
        return page.Rows.Count == 0 ? (byte)0 : page.Rows[0].SeverityNumber;
    }

    /// <summary>Three lines: one of each of the templates, then errors, then any.</summary>
    public async Task<ExplanationSentence?> SentenceAsync(IReadOnlyList<TemplateRise> risen, CancellationToken cancellationToken)
    {
        foreach (var rise in risen.Where(rise => rise.During > 0 && !_rows.Exists(row => row.TemplateId == rise.TemplateId)))
        {
            await TakeAsync(new LogFilter { TemplateId = rise.TemplateId, ServiceIds = [rise.ServiceId], From = stretch.Beginning, To = stretch.To }, 1, cancellationToken).ConfigureAwait(false);
        }

        int[] affected = [.. stretch.Anomalies.Select(anomaly => anomaly.ServiceId).Distinct()];
        await TakeAsync(new LogFilter { ServiceIds = affected, MinSeverity = SeverityNumber.Error, From = stretch.Beginning, To = stretch.To }, MaxLines, cancellationToken).ConfigureAwait(false);

        // Of a service that has fallen silent the last words count.
        await TakeAsync(new LogFilter { ServiceIds = affected, From = stretch.Beginning - ExplanationMaker.Before, To = stretch.To }, MaxLines, cancellationToken).ConfigureAwait(false);
        var ids = new List<string>();
        foreach (var row in _rows.Take(MaxLines).OrderBy(row => row.Timestamp.UnixMicroseconds))
        {
            ids.Add((await EvidenceAsync(row, cancellationToken).ConfigureAwait(false)).Id);
        }

        return ids.Count == 0 ? null : new ExplanationSentence(ids.Count == 1 ? "One of its lines." : $"{ids.Count} of its lines.", ids);
    }

    private async Task TakeAsync(LogFilter filter, int wanted, CancellationToken cancellationToken)
    {
        if (_rows.Count < MaxLines)
        {
            var page = await logs.QueryAsync(filter, wanted, null, cancellationToken).ConfigureAwait(false);
            _rows.AddRange(page.Rows.Where(row => _rows.TrueForAll(known => known.Id != row.Id)));
        }
    }

    private static DateTimeOffset At(LogRow row) => DateTimeOffset.UnixEpoch.AddMicroseconds(row.Timestamp.UnixMicroseconds);

    private async Task<Evidence> EvidenceAsync(LogRow row, CancellationToken cancellationToken)
    {
        var id = row.Id.ToString(CultureInfo.InvariantCulture);
        if (evidence.Items.FirstOrDefault(item => item.Query.LineId == id) is { } known)
        {
            return known;
        }

        var start = TumblingWindow.Start(TumblingWindow.Of(row.Timestamp.UnixMicroseconds));
        var end = start + BucketWidth.Rollup;
        return await evidence.AddAsync(
            new EvidenceQuery(EvidenceKind.Line, row.ServiceId, start, end, LineId: id, TemplateId: row.TemplateId),
            $"/api/logs?service={Uri.EscapeDataString(services[row.ServiceId].Name)}&from={ExplanationText.Address(start)}&to={ExplanationText.Address(end)}",
            _ => ExplanationText.Quoted(row.Body), cancellationToken).ConfigureAwait(false);
    }
}
