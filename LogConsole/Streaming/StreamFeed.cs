using LogConsole.Logs;
using LogConsole.Patterns;
using LogConsole.Pipeline.Names;

namespace LogConsole.Streaming;

/// <summary>Reads for the Stream page from the tail and the stores.</summary>
internal sealed class StreamFeed(LiveTail tail, ILogStore logs, ServiceCatalog services, TemplateCatalog templates, TemplateStore storedTemplates) : IStreamFeed
{
    /// <inheritdoc/>
    public ITailReader OpenTail(StreamFilter filter) => tail.Open(filter);

    /// <inheritdoc/>
    public async Task<StreamPage> PageAsync(StreamFilter filter, StreamPart part, int limit, CancellationToken cancellationToken)
    {
        var page = await logs.QueryAsync(await StoredFilterAsync(filter, part, cancellationToken).ConfigureAwait(false), limit, part.After, cancellationToken).ConfigureAwait(false);
        return new StreamPage(await LinesAsync(page.Rows, cancellationToken).ConfigureAwait(false), page.Next, page.TimedOut);
    }

    /// <inheritdoc/>
    public async Task<StreamRecord?> RecordAsync(LogCursor place, CancellationToken cancellationToken)
    {
        if (await logs.FindAsync(place, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return null;
        }

        if (!services.Knows(row.ServiceId) || services.SourceOf(row.SourceId) is null)
        {
            await services.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        var template = row.TemplateId is not { } id ? null
            : templates.TryGet(id, out var known) ? known.Text
            : await storedTemplates.TextAsync(id, cancellationToken).ConfigureAwait(false);
        return new StreamRecord(row, LogJson.Of(row, services), template);
    }

    /// <inheritdoc/>
    public async Task<LogCursor?> PlaceAsync(long id, CancellationToken cancellationToken) =>
        await logs.FindAsync(id, cancellationToken).ConfigureAwait(false) is { } row ? new LogCursor(row.Timestamp.UnixMicroseconds, row.Id) : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StreamLine>> ContextAsync(LogRow row, bool sameService, int count, CancellationToken cancellationToken)
    {
        var place = new LogCursor(row.Timestamp.UnixMicroseconds, row.Id);
        int[]? near = sameService ? [row.ServiceId] : null;
        var newer = await logs.NeighboursAsync(place, near, count, newer: true, cancellationToken).ConfigureAwait(false);
        var older = await logs.NeighboursAsync(place, near, count, newer: false, cancellationToken).ConfigureAwait(false);
        return await LinesAsync([.. newer, row, .. older], cancellationToken).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<StreamLine>> LinesAsync(IReadOnlyList<LogRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Any(row => !services.Knows(row.ServiceId)))
        {
            await services.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        return [.. rows.Select(row => StreamLine.Of(row, services[row.ServiceId].Name))];
    }

    private async Task<LogFilter> StoredFilterAsync(StreamFilter filter, StreamPart part, CancellationToken cancellationToken)
    {
        string[] names = filter.Service is { } one ? [one, .. filter.NotServices] : [.. filter.NotServices];
        if (names.Any(name => services.IdsOf(name).Length == 0))
        {
            await services.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        return new LogFilter
        {
            From = part.From,
            To = part.To,
            AfterId = part.AfterId,
            BeforeId = part.BeforeId,
            ServiceIds = filter.Service is null ? null : services.IdsOf(filter.Service),
            NotServiceIds = filter.NotServices.Count == 0 ? null : [.. filter.NotServices.SelectMany(services.IdsOf)],
            Bands = filter.HasAllBands ? null : [.. Enum.GetValues<Ingestion.SeverityBand>().Where(filter.Has)],
            Text = filter.Text,
            TemplateId = filter.TemplateId,
            NotTemplateIds = filter.NotTemplateIds.Count == 0 ? null : [.. filter.NotTemplateIds],
            TraceId = filter.TraceId,
            Kind = filter.Kind,
        };
    }
}
