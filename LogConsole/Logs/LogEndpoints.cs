using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Pipeline.Names;
using LogConsole.Web;

namespace LogConsole.Logs;

/// <summary><c>GET /api/logs</c>.</summary>
internal static class LogEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    /// <summary>Maps below <c>/api</c>.</summary>
    public static void Map(IEndpointRouteBuilder api) => api.MapGet("/logs", QueryAsync)
        .WithName("QueryLogs")
        .WithSummary("Stored records, newest first. severity = at least; q = plain text the message contains, ignoring case.");

    private static async Task<IResult> QueryAsync(HttpRequest request, ILogStore store, ServiceCatalog services, TimeProvider time, CancellationToken cancellationToken)
    {
        var query = new RequestQuery(request, time.GetUtcNow());
        var (from, to) = query.Range();
        var service = query.Text("service");
        var limit = query.Limit(DefaultLimit, MaxLimit);
        var filter = new LogFilter
        {
            From = from ?? DateTimeOffset.MinValue,
            To = to ?? DateTimeOffset.MaxValue,
            MinSeverity = query.Severity("severity", "level"),
            Text = query.Text("q"),
            TemplateId = query.Int32(0, 1, int.MaxValue, "template", "templateId", "template_id") is > 0 and var template ? template : null,
        };
        LogCursor? after = null;
        if (query.Text("cursor") is { } text)
        {
            after = LogCursor.TryParse(text, out var cursor) ? cursor : throw new QueryFaultException("cursor", "is none that this API gave");
        }

        query.RejectOthers();
        filter = filter with { ServiceIds = await services.FindIdsAsync(service, cancellationToken).ConfigureAwait(false) };
        var page = await store.QueryAsync(filter, limit, after, cancellationToken).ConfigureAwait(false);
        if (page.Rows.Any(row => !services.Knows(row.ServiceId)))
        {
            await services.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        return Results.Json(new LogPageJson(
            [.. page.Rows.Select(row => LogJson.Of(row, services[row.ServiceId].Name))], page.Next?.ToString(), page.TimedOut ? true : null));
    }

    private sealed record LogPageJson(IReadOnlyList<LogJson> Logs, string? NextCursor, bool? TimedOut);

    /// <summary>A record as the API gives it.</summary>
    internal sealed record LogJson(
        string Id, string Timestamp, string ObservedTimestamp, int Severity, string? SeverityText, string Service, string? Host, string Body,
        string? TemplateId, string? TraceId, string? SpanId, JsonElement? Attributes, JsonElement? Resource, IReadOnlyList<string>? Flags)
    {
        public static LogJson Of(LogRow row, string service) => new(
            row.Id.ToString(),
            row.Timestamp.ToString(),
            LogTimestamp.From(row.ObservedTimestamp).ToString(),
            row.SeverityNumber,
            row.SeverityText ?? (row.SeverityNumber == 0 ? null : SeverityBands.Name(SeverityBands.Of(row.SeverityNumber)).ToUpperInvariant()),
            service,
            row.Host,
            row.Body,
            row.TemplateId?.ToString(),
            row.TraceId.IsEmpty ? null : row.TraceId.ToString(),
            row.SpanId == 0 ? null : row.SpanId.ToString("x16"),
            Json(row.Attributes),
            Json(row.Resource),
            row.Flags == LogRecordFlags.None ? null : [.. row.Flags.ToString().Split(", ").Select(JsonNamingPolicy.CamelCase.ConvertName)]);

        private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
    }
}
