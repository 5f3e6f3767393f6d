using System.Globalization;
using LogConsole.Ingestion;
using LogConsole.Pipeline.Names;
using LogConsole.Web;

namespace LogConsole.Logs;

/// <summary><c>GET /api/logs</c>, one record of them, and what stands around it.</summary>
internal static class LogEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;
    private const int DefaultNeighbours = 20;
    private const int MaxNeighbours = 200;

    /// <summary>Maps below <c>/api</c>.</summary>
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/logs", QueryAsync)
            .WithName("QueryLogs")
            .WithSummary("Stored records, newest first. severity = at least, severities = exactly these; q = plain text the message contains, ignoring case; "
                + "trace = its 32 hex digits; kind = plain, json, trace or access; notService and notTemplate leave out.");
        api.MapGet("/logs/{id}", OneAsync).WithName("GetLog").WithSummary("One stored record.");
        api.MapGet("/logs/{id}/context", ContextAsync)
            .WithName("GetLogContext")
            .WithSummary("The records around one, newest first, whatever their severity: before and after = how many (20), scope = service (default) or all.");
    }

    private static async Task<IResult> QueryAsync(HttpRequest request, ILogStore store, ServiceCatalog services, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new RequestQuery(request, time.GetUtcNow());
        var (from, to) = query.Range();
        var service = query.Text("service");
        var notService = query.Text("notService", "not_service");
        var limit = query.Limit(DefaultLimit, MaxLimit);
        var filter = new LogFilter
        {
            From = from ?? DateTimeOffset.MinValue,
            To = to ?? DateTimeOffset.MaxValue,
            MinSeverity = query.Severity("severity", "level"),
            Bands = query.Bands("severities", "levels"),
            Text = query.Text("q"),
            TemplateId = query.Int32(0, 1, int.MaxValue, "template", "templateId", "template_id") is > 0 and var template ? template : null,
            NotTemplateIds = TemplateIds(query.Text("notTemplate", "not_template")),
            TraceId = Trace(query.Text("trace", "traceId", "trace_id")),
            Kind = Kind(query.Text("kind")),
        };
        LogCursor? after = null;
        if (query.Text("cursor") is { } text)
        {
            after = LogCursor.TryParse(text, out var cursor) ? cursor : throw new QueryFaultException("cursor", "is none that this API gave");
        }

        query.RejectOthers();
        filter = filter with
        {
            ServiceIds = await services.FindIdsAsync(service, cancellationToken).ConfigureAwait(false),
            NotServiceIds = await services.FindIdsAsync(notService, cancellationToken).ConfigureAwait(false),
        };
        var page = await store.QueryAsync(filter, limit, after, cancellationToken).ConfigureAwait(false);
        return Results.Json(new LogPageJson(await JsonAsync(page.Rows, services, cancellationToken).ConfigureAwait(false), page.Next?.ToString(), page.TimedOut ? true : null));
    }

    private static async Task<IResult> OneAsync(string id, HttpRequest request, ILogStore store, ServiceCatalog services, CancellationToken cancellationToken)
    {
        RequestQuery.RejectAll(request);
        var row = await FindAsync(id, store, cancellationToken).ConfigureAwait(false);
        return row is null ? NotStored() : Results.Json((await JsonAsync([row], services, cancellationToken).ConfigureAwait(false))[0]);
    }

    private static async Task<IResult> ContextAsync(
        string id, HttpRequest request, ILogStore store, ServiceCatalog services, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new RequestQuery(request, time.GetUtcNow());
        var before = query.Int32(DefaultNeighbours, 1, MaxNeighbours, "before");
        var after = query.Int32(DefaultNeighbours, 1, MaxNeighbours, "after");
        var scope = query.Text("scope") ?? "service";
        query.RejectOthers();
        if (scope is not ("service" or "all"))
        {
            throw new QueryFaultException("scope", "is unknown; write service or all");
        }

        if (await FindAsync(id, store, cancellationToken).ConfigureAwait(false) is not { } row)
        {
            return NotStored();
        }

        var place = new LogCursor(row.Timestamp.UnixMicroseconds, row.Id);
        int[]? near = scope == "all" ? null : [row.ServiceId];
        var newer = await store.NeighboursAsync(place, near, after, newer: true, cancellationToken).ConfigureAwait(false);
        var older = await store.NeighboursAsync(place, near, before, newer: false, cancellationToken).ConfigureAwait(false);
        return Results.Json(new LogPageJson(await JsonAsync([.. newer, row, .. older], services, cancellationToken).ConfigureAwait(false), null, null));
    }

    private static Task<LogRow?> FindAsync(string id, ILogStore store, CancellationToken cancellationToken) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? store.FindAsync(number, cancellationToken)
            : throw new QueryFaultException("id", "is none of a record: records have whole numbers");

    private static IResult NotStored() => Results.Problem(
        "No record with this id is stored: it was never here, or retention has removed it.", statusCode: StatusCodes.Status404NotFound);

    private static async Task<IReadOnlyList<LogJson>> JsonAsync(IReadOnlyList<LogRow> rows, ServiceCatalog services, CancellationToken cancellationToken)
    {
        if (rows.Any(row => !services.Knows(row.ServiceId) || services.SourceOf(row.SourceId) is null))
        {
            await services.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        return [.. rows.Select(row => LogJson.Of(row, services))];
    }

    private static int[]? TemplateIds(string? text) => text is null
        ? null
        : [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : throw new QueryFaultException("notTemplate", "is no list of template ids such as 12,37"))];

    private static TraceId Trace(string? text) => text is null
        ? default
        : TraceId.TryParse(text, out var trace) ? trace : throw new QueryFaultException("trace", "is no trace id; write its 32 hex digits");

    private static MessageKind? Kind(string? word) => word is null
        ? null
        : MessageKinds.TryParse(word, out var kind) ? kind : throw new QueryFaultException("kind", "is unknown; write plain, json, trace or access");

    private sealed record LogPageJson(IReadOnlyList<LogJson> Logs, string? NextCursor, bool? TimedOut);
}
