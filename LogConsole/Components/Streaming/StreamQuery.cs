using System.Globalization;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Overview;
using LogConsole.Streaming;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace LogConsole.Components.Streaming;

/// <summary>What the Stream page shows, as its URL says it: the view every page has, the filter, and the line that is open.</summary>
/// <param name="View">Time and service.</param>
/// <param name="Filter">The conditions, the service of the view among them.</param>
/// <param name="Line">The line whose drawer is open, or null.</param>
public sealed record StreamQuery(OverviewView View, StreamFilter Filter, LogCursor? Line)
{
    /// <summary>The page's path.</summary>
    public const string Path = "stream";

    private const int MaxTextLength = 256;
    private const int MaxExcluded = 20;
    private static readonly TimeSpan s_around = TimeSpan.FromMinutes(5);

    /// <summary>The id of the line that is meant, where the address names no place but only that: <see cref="Line"/> is null then.</summary>
    public long? LineId { get; init; }

    /// <summary>The time around a line, for an address that shows it among its neighbours whenever it is opened.</summary>
    public static TimeRange Around(LogCursor line)
    {
        var at = new LogTimestamp(line.UnixMicroseconds).ToDateTimeOffset();
        return TimeRange.Between(
            at - DateTimeOffset.MinValue > s_around ? at - s_around : DateTimeOffset.MinValue,
            DateTimeOffset.MaxValue - at > s_around ? at + s_around : DateTimeOffset.MaxValue);
    }

    /// <summary>Reads a URL; what cannot be read is left out, so an old link still opens a page.</summary>
    public static StreamQuery Parse(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri, UriKind.Absolute).Query);
        var view = ViewQuery.Parse(uri);
        var filter = new StreamFilter
        {
            Service = view.Service,
            Bands = ParseBands(Text(query, "severity"), Text(query, "severities")),
            Text = Text(query, "q")?.Replace("\0", "", StringComparison.Ordinal) is { Length: > 0 } text ? text[..Math.Min(text.Length, MaxTextLength)] : null,
            TemplateId = ParseId(Text(query, "template")),
            TraceId = TraceId.TryParse(Text(query, "trace"), out var trace) ? trace : default,
            Kind = MessageKinds.TryParse(Text(query, "kind"), out var kind) ? kind : null,
            NotServices = [.. Parts(query, "notService")],
            NotTemplateIds = [.. Parts(query, "notTemplate").Select(ParseId).OfType<int>()],
        };
        var line = Text(query, "line");
        return new StreamQuery(view, filter, line is not null && LogCursor.TryParse(line, out var place) ? place : null) { LineId = ParseLineId(line) };
    }

    /// <summary>A sentence on what of the page's own parameters cannot be read and is left out; null when all can. Holds what somebody typed: hostile.</summary>
    public static string? FaultOf(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri, UriKind.Absolute).Query);
        var wrong = new List<string>();
        Check("severity", "no severity", text => SeverityBands.TryParse(text, out _));
        Check("severities", "no list of severities", text => text.Split(',').All(word => SeverityBands.TryParse(word, out _)));
        Check("template", "no number of a pattern", text => ParseId(text) is not null);
        Check("trace", "no trace", text => TraceId.TryParse(text, out _));
        Check("kind", "no kind of message", text => MessageKinds.TryParse(text, out _));
        Check("notTemplate", "no list of numbers of patterns", _ => Parts(query, "notTemplate").All(part => ParseId(part) is not null));
        Check("line", "no line", text => LogCursor.TryParse(text, out _) || ParseLineId(text) is not null);
        return wrong.Count == 0 ? null : $"This address cannot be read in full: {string.Join(", ", wrong)}. What is shown leaves that out.";

        void Check(string name, string what, Predicate<string> isReadable)
        {
            if (Text(query, name) is { } text && !isReadable(text))
            {
                wrong.Add($"{name} ({ViewQuery.Shown(text)}) is {what}");
            }
        }
    }

    /// <summary>The page's address for this, relative to the base address.</summary>
    public string ToUrl() => QueryHelpers.AddQueryString(Path + ViewQuery.Format(View with { Service = Filter.Service }), Parameters(Line));

    /// <summary>The same question put to the API, relative to the base address.</summary>
    public string ToApiUrl()
    {
        var time = View.Range is { From: { } from, To: { } to }
            ? new KeyValuePair<string, string?>[] { new("from", Format.Iso(from)), new("to", Format.Iso(to)) }
            : [new("from", ViewQuery.FormatLength(View.Range.Length))];
        return QueryHelpers.AddQueryString(
            "api/logs", [.. time, .. Filter.Service is { } service ? [new("service", service)] : Array.Empty<KeyValuePair<string, string?>>(), .. Parameters(line: null)]);
    }

    // The same names as the API's: an address of the page is nearly one of the API.
    private IEnumerable<KeyValuePair<string, string?>> Parameters(LogCursor? line)
    {
        if (!Filter.HasAllBands)
        {
            yield return BandsParameter(Filter);
        }

        if (Filter.Text is { } text)
        {
            yield return new("q", text);
        }

        if (Filter.TemplateId is { } template)
        {
            yield return new("template", Number(template));
        }

        if (Filter.Kind is { } kind)
        {
            yield return new("kind", MessageKinds.Word(kind));
        }

        if (!Filter.TraceId.IsEmpty)
        {
            yield return new("trace", Filter.TraceId.ToString());
        }

        if (Filter.NotServices.Count != 0)
        {
            yield return new("notService", string.Join(',', Filter.NotServices));
        }

        if (Filter.NotTemplateIds.Count != 0)
        {
            yield return new("notTemplate", string.Join(',', Filter.NotTemplateIds.Select(Number)));
        }

        if (line is { } open)
        {
            yield return new("line", open.ToString());
        }
    }

    // "warn and above" is written as people say it.
    private static KeyValuePair<string, string?> BandsParameter(StreamFilter filter)
    {
        var bands = Enum.GetValues<SeverityBand>().Where(filter.Has).ToList();
        return filter.Bands == StreamFilter.AtLeast(bands[0])
            ? new("severity", SeverityBands.Name(bands[0]))
            : new("severities", string.Join(',', bands.Select(SeverityBands.Name)));
    }

    private static int ParseBands(string? atLeast, string? exactly)
    {
        if (atLeast is not null && SeverityBands.TryParse(atLeast, out var lowest))
        {
            return StreamFilter.AtLeast(lowest);
        }

        var bands = 0;
        foreach (var word in (exactly ?? "").Split(','))
        {
            bands |= SeverityBands.TryParse(word, out var band) ? 1 << (int)band : 0;
        }

        return bands;
    }

    private static string? Text(Dictionary<string, StringValues> query, string name) =>
        query.TryGetValue(name, out var values) && values[^1] is { Length: > 0 } text ? text : null;

    private static IEnumerable<string> Parts(Dictionary<string, StringValues> query, string name) =>
        (Text(query, name) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MaxExcluded);

    private static int? ParseId(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;

    private static long? ParseLineId(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id : null;

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
