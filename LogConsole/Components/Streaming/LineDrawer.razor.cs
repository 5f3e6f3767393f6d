using System.Globalization;
using System.Text.Json;
using LogConsole.Components.Controls;
using LogConsole.Components.Overview;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Overview;
using LogConsole.Storage;
using LogConsole.Streaming;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace LogConsole.Components.Streaming;

/// <summary>The drawer of one line. Reads the line when it is told another one; a link opens the same drawer later, wherever the list is by then.</summary>
public sealed partial class LineDrawer : IDisposable
{
    private const int MostShown = 16_384;
    private const int NearLines = 20;
    private const int MostTraceLines = 500;

    // A trace rarely lasts longer.
    private static readonly TimeSpan s_traceReach = TimeSpan.FromHours(1);
    private static readonly JsonSerializerOptions s_indented = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private CancellationTokenSource _over = new();
    private LogCursor _shown;
    private Reading _state;
    private StreamRecord? _record;
    private string _json = "";
    private JsonElement _tree;
    private Tab _tab;
    private bool _whole;
    private bool _allServices;
    private bool _linesFailed;
    private IReadOnlyList<StreamLine>? _lines;

    private enum Tab
    {
        Fields,
        Json,
        Trace,
        Context,
    }

    private enum Reading
    {
        Busy,
        Done,
        Missing,
        Failed,
    }

    /// <summary>What the page shows, the line among it.</summary>
    [Parameter]
    [EditorRequired]
    public required StreamQuery Query { get; set; }

    /// <summary>The place of the line.</summary>
    [Parameter]
    [EditorRequired]
    public required LogCursor Line { get; set; }

    [Parameter]
    public EventCallback OnClose { get; set; }

    [Inject]
    private IStreamFeed Feed { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IOptions<LogsOptions> Limits { get; set; } = default!;

    [Inject]
    private ILogger<LineDrawer> Logger { get; set; } = default!;

    private string Band => SeverityBands.Name(SeverityBands.Of(_record!.Row.SeverityNumber));

    private string Shown
    {
        get
        {
            var body = _record!.Row.Body;
            return DisplayText.Clean(_whole || body.Length <= MostShown ? body : body[..MostShown]);
        }
    }

    private string LinesNote => _tab == Tab.Trace
        ? $"{Format.Count(_lines!.Count)} {(_lines.Count == 1 ? "line" : "lines")} of this trace within {Format.Duration(s_traceReach.TotalSeconds)} of this one, newest first"
        : $"Newest first, whatever the filters; at most {NearLines} on each side, within {Format.Duration(LogLookup.FarthestNeighbour.TotalSeconds)}";

    // A link is opened later: by then a live view has moved on.
    private string LinkUrl => (Query.View.Range.IsLive ? Query with { View = Query.View with { Range = StreamQuery.Around(Line) } } : Query).ToUrl();

    private string TraceUrl => (Query with
    {
        View = Query.View with { Range = TraceRange(), Service = null },
        Filter = new StreamFilter { TraceId = _record!.Row.TraceId },
    }).ToUrl();

    /// <inheritdoc/>
    public void Dispose()
    {
        _over.Cancel();
        _over.Dispose();
    }

    /// <inheritdoc/>
    protected override Task OnParametersSetAsync() => _shown == Line ? Task.CompletedTask : LoadAsync();

    private async Task LoadAsync()
    {
        await _over.CancelAsync();
        _over.Dispose();
        _over = new CancellationTokenSource();
        var token = _over.Token;
        (_shown, _state, _record, _lines, _whole, _linesFailed) = (Line, Reading.Busy, null, null, false, false);
        try
        {
            var record = await Feed.RecordAsync(Line, token);
            token.ThrowIfCancellationRequested();
            _record = record;
            _state = record is null ? Reading.Missing : Reading.Done;
            if (record is not null)
            {
                _json = JsonSerializer.Serialize(record.Json, s_indented);
                _tree = TreeOf(record);
                await ShowAsync(_tab == Tab.Trace && record.Row.TraceId.IsEmpty ? Tab.Fields : _tab);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Another line is wanted, or none.
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            LogFailed(Logger, e);
            _state = Reading.Failed;
        }
    }

    private async Task ShowAsync(Tab tab)
    {
        _tab = tab;
        _lines = null;
        _linesFailed = false;
        if (tab is Tab.Fields or Tab.Json || _record is not { } record)
        {
            return;
        }

        var token = _over.Token;
        try
        {
            var lines = tab == Tab.Context ? await Feed.ContextAsync(record.Row, !_allServices, NearLines, token) : await TraceAsync(record.Row, token);
            if (!token.IsCancellationRequested && _tab == tab)
            {
                _lines = lines;
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // Another line is wanted, or none.
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            LogFailed(Logger, e);
            _linesFailed = true;
        }
    }

    private Task ScopeAsync(bool allServices)
    {
        _allServices = allServices;
        return ShowAsync(Tab.Context);
    }

    private async Task<IReadOnlyList<StreamLine>> TraceAsync(LogRow row, CancellationToken cancellationToken)
    {
        var range = TraceRange();
        var page = await Feed.PageAsync(
            new StreamFilter { TraceId = row.TraceId }, new StreamPart(range.From!.Value, range.To!.Value), MostTraceLines, cancellationToken);
        return page.Lines;
    }

    private TimeRange TraceRange()
    {
        var at = _record!.Row.Timestamp.ToDateTimeOffset();
        var from = at - DateTimeOffset.MinValue > s_traceReach ? at - s_traceReach : DateTimeOffset.MinValue;
        return TimeRange.Between(from, DateTimeOffset.MaxValue - at > s_traceReach ? at + s_traceReach : DateTimeOffset.MaxValue);
    }

    private static JsonElement TreeOf(StreamRecord record)
    {
        if (MessageKinds.Of(record.Row.Body) == MessageKind.Json)
        {
            try
            {
                return JsonSerializer.SerializeToElement(
                    new { Message = JsonElement.Parse(record.Row.Body), record.Json.Attributes, record.Json.Resource }, s_indented);
            }
            catch (JsonException)
            {
                // It only looks like JSON.
            }
        }

        return JsonSerializer.SerializeToElement(record.Json, s_indented);
    }

    // "+12 ms" from the open line; the moment itself stands in the fields.
    private string Offset(StreamLine line)
    {
        var ms = (line.UnixMicroseconds - _record!.Row.Timestamp.UnixMicroseconds) / 1_000.0;
        return line.Id == _record.Row.Id ? "this line" : Format.Signed(ms, static by => by < 100_000 ? by.ToString("0.#", CultureInfo.InvariantCulture) + "\u202Fms" : Format.Duration(by / 1_000));
    }

    private IEnumerable<Field> Fields()
    {
        var (row, json) = (_record!.Row, _record.Json);
        var filter = Query.Filter;
        var now = row.ObservedTimestamp;
        yield return new("time", json.Timestamp, Format.Time(row.Timestamp.ToDateTimeOffset(), View.Zone, now) + " " + Format.Offset(now, View.Zone));
        yield return new("observed", json.ObservedTimestamp, LineSheet.Distance(row.ObservedTimestamp - row.Timestamp.ToDateTimeOffset()) ?? "at once");
        var band = SeverityBands.Of(row.SeverityNumber);
        yield return new(
            "severity", DisplayText.Clean(row.SeverityText ?? Band), $"number {row.SeverityNumber}",
            With(filter with { Bands = 1 << (int)band }), With(filter with { Bands = filter.Bands & ~(1 << (int)band) }));
        yield return new(
            "service", DisplayText.Clean(json.Service), null,
            With(filter with { Service = json.Service }), json.Service.Contains(',', StringComparison.Ordinal) ? null : With(filter with { Service = null, NotServices = [.. filter.NotServices.Append(json.Service).Distinct()] }));
        if (row.TemplateId is { } template)
        {
            yield return new(
                "template", $"#{template}", _record.Template is null ? null : DisplayText.Clean(_record.Template),
                With(filter with { TemplateId = template }), With(filter with { TemplateId = null, NotTemplateIds = [.. filter.NotTemplateIds.Append(template).Distinct()] }));
        }

        var kind = MessageKinds.Of(row.Body);
        yield return new("kind", KindLabel.Of(kind), null, With(filter with { Kind = kind }));
        if (row.Host is { } host)
        {
            yield return new("host", DisplayText.Clean(host));
        }

        if (json.Source is { } source)
        {
            yield return new("source", DisplayText.Clean(source));
        }

        if (json.TraceId is { } trace)
        {
            yield return new("trace", trace, null, With(filter with { TraceId = row.TraceId }));
        }

        if (json.SpanId is { } span)
        {
            yield return new("span", span);
        }

        if (LineOddities.Summary(row.Flags, isCut: false) is { Length: > 0 } odd)
        {
            yield return new("odd", odd);
        }

        yield return new("id", json.Id);
    }

    private string With(StreamFilter filter) => (Query with { Filter = filter }).ToUrl();

    [LoggerMessage(Level = LogLevel.Warning, Message = "A line could not be read for its drawer; the viewer may try again")]
    private static partial void LogFailed(ILogger logger, Exception exception);

    /// <summary>One row of the fields: what it says and the addresses of the page with only, or without, lines like it.</summary>
    private sealed record Field(string Name, string Value, string? Note = null, string? Only = null, string? Without = null);
}
