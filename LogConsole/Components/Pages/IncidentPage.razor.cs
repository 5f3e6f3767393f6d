using LogConsole.Access;
using LogConsole.Anomalies;
using LogConsole.Anomalies.Incidents;
using LogConsole.Components.Charts;
using LogConsole.Components.Incidents;
using LogConsole.Metrics;
using LogConsole.Overview;
using LogConsole.Storage;
using Microsoft.AspNetCore.Components;
using Npgsql;

namespace LogConsole.Components.Pages;

/// <summary>One incident: what and how much, its course, why, and what is done about it. Follows the feed while the tab is visible and not paused.</summary>
public sealed partial class IncidentPage
{
    private const int MaxServices = 12;

    private readonly CancellationTokenSource _gone = new();
    private SeriesChart? _chart;
    private Reading<IncidentDetail>? _reading;
    private IncidentSeries? _drawn;
    private SeriesChart? _drawnIn;
    private long _watched;
    private bool _mayAct;
    private bool _acting;
    private string? _fault;

    /// <summary>The incident's number.</summary>
    [Parameter]
    public long Id { get; set; }

    /// <summary>The anomaly whose series is in the chart; the leading one when absent.</summary>
    [SupplyParameterFromQuery(Name = "series")]
    public string? SeriesOf { get; set; }

    [Inject]
    private IIncidentFeed Feed { get; set; } = default!;

    [Inject]
    private CircuitActor Actor { get; set; } = default!;

    private IncidentSeries? Course
    {
        get
        {
            var series = _reading?.Value?.Series ?? [];
            return series.FirstOrDefault(one => SeriesOf is { } id && long.TryParse(id, out var number) && one.AnomalyId == number) ?? (series.Count == 0 ? null : series[0]);
        }
    }

    private int SeriesNotShown =>
        _reading?.Value is { } detail ? detail.Anomalies.DistinctBy(anomaly => (anomaly.ServiceId, anomaly.Detected.Series)).Count() - detail.Series.Count : 0;

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync() => _mayAct = await ActorAsync() is not null;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (_watched != Id)
        {
            (_watched, _reading, _fault) = (Id, null, null);
            Follow();
        }
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_chart is { } chart && Course is { } course && (!ReferenceEquals(course, _drawn) || !ReferenceEquals(chart, _drawnIn)))
        {
            (_drawn, _drawnIn) = (course, chart);
            try
            {
                await chart.ShowAsync(SeriesFrame.Of(course, AnomalyOf(course), MarksOf(course)), _gone.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or Microsoft.JSInterop.JSDisconnectedException)
            {
                // The page or the browser is gone.
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await base.DisposeAsync();
        _gone.Dispose();
    }

    private protected override IAsyncEnumerable<Reading<IncidentDetail>> Watch(CancellationToken cancellationToken) => Feed.WatchDetailAsync(_watched, cancellationToken);

    private protected override void Take(Reading<IncidentDetail> value) => _reading = value;

    private DetectedAnomaly? AnomalyOf(IncidentSeries course) => _reading?.Value?.Anomalies.FirstOrDefault(anomaly => anomaly.Id == course.AnomalyId)?.Detected;

    // Every anomaly of the series in the chart, and where other services joined.
    private List<ChartMark> MarksOf(IncidentSeries course) =>
    [
        .. (_reading?.Value?.Anomalies ?? []).Where(anomaly => anomaly.Service == course.Service)
            .Select(anomaly => new ChartMark(
                TumblingWindow.Start(anomaly.Detected.StartWindow).ToUnixTimeMilliseconds(), $"{IncidentText.Detector(anomaly.Detected)}: {IncidentText.Value(anomaly.Detected)}", null, null)),
    ];

    private async Task<string?> ActorAsync() => await Actor.FindAsync(AccessPolicies.Triage) is var (_, actor) ? actor.Name : null;

    private async Task AcknowledgeAsync() => await ActAsync(who => Feed.AcknowledgeAsync(Id, who, _gone.Token));

    private async Task ResolveAsync() => await ActAsync(who => Feed.ResolveAsync(Id, who, _gone.Token));

    private Task<bool> NoteAsync(string text) => ActAsync(who => Feed.NoteAsync(Id, who, text, _gone.Token));

    private async Task<bool> ActAsync(Func<string, Task<Incident?>> act)
    {
        if (_acting)
        {
            return false;
        }

        (_acting, _fault) = (true, null);
        try
        {
            if (await ActorAsync() is not { } who)
            {
                (_mayAct, _fault) = (false, "Nothing was changed: you may no longer act on incidents.");
                return false;
            }

            // What comes of it arrives by the watch; a paused page shows at least the incident's own new state.
            var changed = await act(who);
            if (!IsFlowing && changed is not null && _reading is { Value: { } detail } reading)
            {
                _reading = reading with { Value = detail with { Found = changed } };
            }

            return changed is not null;
        }
        catch (Exception e) when (e is NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            _fault = "Nothing was changed: the database is not reachable. Try again when it is.";
            return false;
        }
        finally
        {
            _acting = false;
            StateHasChanged();
        }
    }
}
