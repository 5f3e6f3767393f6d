using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using LogConsole.Components.Controls;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Overview;

namespace LogConsole.Components.Overview;

/// <summary>Everything stored about a line, as the browser draws it below the line: text only, cleaned for display, in the order of reading.</summary>
/// <param name="Missing">Why there is nothing more to show; null when there is.</param>
/// <param name="Body">The whole message.</param>
/// <param name="Oddities">What is odd about the line, a sentence each.</param>
/// <param name="Json">The line as the API gives it, as it arrived: for the clipboard only.</param>
internal sealed record LineSheet(
    string? Missing, string? Body, IReadOnlyList<SheetField> Fields, IReadOnlyList<string> Oddities, IReadOnlyList<SheetGroup> Groups, string? Json)
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        MaxDepth = 256,

        // It is read by people and put on the clipboard, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The sheet of what was found; times in the reader's zone.</summary>
    public static LineSheet Of(LineReading reading, TimeZoneInfo zone) => reading.Line is not { Row: var row } line
        ? new LineSheet(reading.Missing, null, [], [], [], null)
        : new LineSheet(
            null, DisplayText.Clean(row.Body), [.. FieldsOf(line, zone)], [.. LineOddities.Sentences(row.Flags)],
            [.. Group("Attributes", row.Attributes), .. Group("Resource", row.Resource), .. Group("Scope", row.Scope)], JsonOf(line));

    /// <summary>From happening to arriving; the other way round is what clocks do. Null when that is less than half a millisecond.</summary>
    public static string? Distance(TimeSpan delay) => delay switch
    {
        { TotalMilliseconds: > -0.5 and < 0.5 } => null,
        { Ticks: > 0 } => $"{Format.Duration(delay.TotalSeconds)} after it happened",
        _ => $"{Format.Duration(-delay.TotalSeconds)} before it happened, by the sender’s clock",
    };

    private static IEnumerable<SheetField> FieldsOf(LineDetails line, TimeZoneInfo zone)
    {
        var row = line.Row;
        var observed = LogTimestamp.From(row.ObservedTimestamp);
        yield return new SheetField("time", Format.Exact(row.Timestamp, zone), zone.GetUtcOffset(row.Timestamp.ToDateTimeOffset()) == TimeSpan.Zero ? null : row.Timestamp.ToString());
        yield return new SheetField("received", Format.Exact(observed, zone), Distance(row.ObservedTimestamp - row.Timestamp.ToDateTimeOffset()));
        yield return Severity(row);
        yield return new SheetField("service", DisplayText.Clean(line.Service));
        if (row.Host is { } host)
        {
            yield return new SheetField("host", DisplayText.Clean(host));
        }

        if (!row.TraceId.IsEmpty)
        {
            yield return new SheetField("trace id", row.TraceId.ToString());
        }

        if (row.SpanId != 0)
        {
            yield return new SheetField("span id", row.SpanId.ToString("x16"));
        }

        if (row.TemplateId is { } template)
        {
            yield return new SheetField("pattern", line.Pattern is { } text ? DisplayText.Clean(text) : "no longer kept", $"id {template}");
        }

        if (line.Source is { } source)
        {
            yield return new SheetField("source", DisplayText.Clean(source));
        }

        yield return new SheetField("record id", row.Id.ToString());
    }

    private static SheetField Severity(LogRow row)
    {
        var word = SeverityBands.Name(SeverityBands.Of(row.SeverityNumber));
        var number = row.SeverityNumber == 0 ? null : $"number {row.SeverityNumber}";
        var sent = row.SeverityText is { } text && !string.Equals(text, word, StringComparison.OrdinalIgnoreCase) ? $"sent as {DisplayText.Clean(text)}" : null;
        return new SheetField("severity", word, number is null || sent is null ? number ?? sent : $"{number}, {sent}");
    }

    private static IEnumerable<SheetGroup> Group(string title, string? json)
    {
        if (json is not null && JsonRows.Of(json, out var left) is { Count: > 0 } rows)
        {
            yield return new SheetGroup(title, rows, left == 0 ? null : $"{Format.Count(left)} more: copy the line as JSON to see them all.");
        }
    }

    private static string JsonOf(LineDetails line)
    {
        var json = JsonSerializer.SerializeToNode(LogJson.Of(line.Row, line.Service, line.Source), s_json)!.AsObject();
        json["scope"] = line.Row.Scope is { } scope ? JsonSerializer.SerializeToNode(JsonElement.Parse(scope), s_json) : null;
        json["pattern"] = line.Pattern;
        foreach (var name in json.Where(member => member.Value is null).Select(member => member.Key).ToList())
        {
            json.Remove(name);
        }

        return json.ToJsonString(s_json);
    }
}

/// <summary>A named value of the sheet.</summary>
/// <param name="Note">What explains it, in smaller words; or null.</param>
internal sealed record SheetField(string Name, string Value, string? Note = null);

/// <summary>A JSON object of the sheet.</summary>
/// <param name="Left">How much is not shown, as a sentence; or null.</param>
internal sealed record SheetGroup(string Title, IReadOnlyList<JsonRow> Rows, string? Left);
