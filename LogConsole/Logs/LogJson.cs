using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Pipeline.Names;

namespace LogConsole.Logs;

/// <summary>A stored record as the API writes it and as the page copies it. Member names are camelCase in JSON.</summary>
public sealed record LogJson(
    string Id, string Timestamp, string ObservedTimestamp, int Severity, string? SeverityText, string Service, string? Host, string? Source, string Body,
    string? TemplateId, string? TraceId, string? SpanId, JsonElement? Attributes, JsonElement? Resource, IReadOnlyList<string>? Flags)
{
    /// <summary>The record with its names looked up.</summary>
    public static LogJson Of(LogRow row, ServiceCatalog services) => Of(row, services[row.ServiceId].Name, services.SourceOf(row.SourceId));

    /// <summary>The record with the names its service and source have.</summary>
    public static LogJson Of(LogRow row, string service, string? source) => new(
        row.Id.ToString(),
        row.Timestamp.ToString(),
        LogTimestamp.From(row.ObservedTimestamp).ToString(),
        row.SeverityNumber,
        row.SeverityText ?? (row.SeverityNumber == 0 ? null : SeverityBands.Name(SeverityBands.Of(row.SeverityNumber)).ToUpperInvariant()),
        service,
        row.Host,
        source,
        row.Body,
        row.TemplateId?.ToString(),
        row.TraceId.IsEmpty ? null : row.TraceId.ToString(),
        row.SpanId == 0 ? null : row.SpanId.ToString("x16"),
        Json(row.Attributes),
        Json(row.Resource),
        row.Flags == LogRecordFlags.None ? null : [.. row.Flags.ToString().Split(", ").Select(JsonNamingPolicy.CamelCase.ConvertName)]);

    private static JsonElement? Json(string? text) => text is null ? null : JsonElement.Parse(text);
}
