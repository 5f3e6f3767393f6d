using LogConsole.Anomalies.Incidents;
using LogConsole.Components.Charts;
using LogConsole.Components.Overview;
using LogConsole.Overview;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.Pages;

/// <summary>
/// The first page: is anything wrong now? Follows the feed while the tab is visible and not paused. Numbers are rendered here, at most once a second;
/// chart and lines go to their modules as data, and the next snapshot is asked for when the browser has drawn the last one.
/// </summary>
public sealed partial class OverviewPage : IAsyncDisposable
{
    // Nobody reads a list that is replaced whole more often than this; a line that comes alone is shown at once.
    private static readonly TimeSpan s_floodPace = TimeSpan.FromMilliseconds(500);

    private static readonly IEqualityComparer<Incident> s_sameMark =
        EqualityComparer<Incident>.Create((a, b) => ChartMark.Of(a!) == ChartMark.Of(b!), incident => incident.Id.GetHashCode());

    private VolumeChart? _chart;
    private NewestLines? _lines;
    private WatchLoop<OverviewSnapshot>? _watch;
    private OverviewView? _watched;
    private OverviewSnapshot? _snapshot;
    private WatchLoop<Reading<OverviewIncidents>>? _incidentWatch;
    private OverviewIncidents? _incidents;
    private IReadOnlyList<Incident> _marked = [];
    private VolumeChart? _markedIn;
    private DateTimeOffset _incidentsAt;
    private DateTimeOffset _now;
    private bool _flowed;
    private bool _broken;

    // The view changed and its first value is not here yet: what is on screen belongs to the old one.
    private bool _stale;

    [Inject]
    private IOverviewFeed Feed { get; set; } = default!;

    [Inject]
    private IIncidentFeed Incidents { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<OverviewPage> Logger { get; set; } = default!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        View.Changed += OnViewChanged;
        _watch = new WatchLoop<OverviewSnapshot>(Watch, ShowAsync, OnWatchBroken, Time);
        _incidentWatch = new WatchLoop<Reading<OverviewIncidents>>(
            token => Incidents.WatchOverviewAsync(View.Current, token), ShowIncidentsAsync, e => LogWatchBroken(Logger, e), Time);
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            // Not earlier: a snapshot that is there at once needs the chart it is shown in.
            Follow();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        View.Changed -= OnViewChanged;
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        if (_incidentWatch is not null)
        {
            await _incidentWatch.DisposeAsync();
        }
    }

    private static string? Text(NumberOverTime number, Func<double, string> write) => number.Value is { } value ? write(value) : null;

    private string NotMeasured(OverviewNumbers numbers) =>
        numbers.MeasuredSince is { } since ? $"measured since {Format.Time(since, View.Zone, _now)}"
        : View.Current.Range.IsLive ? "not measured yet" : "not measured at that time";

    private IAsyncEnumerable<OverviewSnapshot> Watch(CancellationToken cancellationToken) => Feed.WatchAsync(View.Current, cancellationToken);

    private void Follow()
    {
        _flowed = View.Flowing;
        _stale = _watched is not null && _watched != View.Current;
        _watched = View.Current;
        if (_flowed)
        {
            _watch?.Restart();
            _incidentWatch?.Restart();
        }
        else
        {
            _watch?.Stop();
            _incidentWatch?.Stop();
        }
    }

    private void OnViewChanged()
    {
        if (View.Current != _watched || View.Flowing != _flowed)
        {
            Follow();
        }

        StateHasChanged();
    }

    private async Task ShowAsync(OverviewSnapshot next, CancellationToken cancellationToken)
    {
        var before = _snapshot;
        var anew = _stale || _chart is null;
        if (anew || _broken || before is null || !SameFigures(before, next))
        {
            _now = Time.GetUtcNow();
            _broken = false;
            _snapshot = next;
            StateHasChanged();
        }

        _snapshot = next;
        if (!next.HasRecords)
        {
            // The empty state has neither chart nor lines; what they showed went with them.
            _stale = false;
            return;
        }

        await Task.WhenAll(
            _chart?.ShowAsync(next.Chart, anew, cancellationToken) ?? Task.CompletedTask,
            _lines?.ShowAsync(next.Lines, View.Current.Range.IsLive, anew, cancellationToken) ?? Task.CompletedTask);
        if (_stale)
        {
            _stale = false;
            StateHasChanged();
        }

        if (IsFlood(before?.Lines, next.Lines))
        {
            await Task.Delay(s_floodPace, Time, cancellationToken);
        }
    }

    // While the database is away the status of the view says so for all panes; these keep what they show.
    private async Task ShowIncidentsAsync(Reading<OverviewIncidents> reading, CancellationToken cancellationToken)
    {
        if (reading.Value is not { } next)
        {
            return;
        }

        _incidents = next;
        _incidentsAt = Time.GetUtcNow();
        StateHasChanged();
        if (_chart is not null && (_markedIn != _chart || !_marked.SequenceEqual(next.Marked, s_sameMark)))
        {
            (_marked, _markedIn) = (next.Marked, _chart);
            await _chart.MarkAsync([.. _marked.Select(ChartMark.Of)], cancellationToken);
        }
    }

    private static bool SameFigures(OverviewSnapshot a, OverviewSnapshot b) =>
        ReferenceEquals(a.Numbers, b.Numbers) && Equals(a.OutsideRange, b.OutsideRange) && a.Database == b.Database
        && a.HasRecords == b.HasRecords && (b.Database.IsReady || a.ReadAt == b.ReadAt);

    private static bool IsFlood(OverviewLines? before, OverviewLines next) =>
        before is not null && next.Newest.Count == OverviewLines.MaxLines
        && before.Newest.Count > 0 && next.Newest[OverviewLines.MaxLines / 2].Id > before.Newest[0].Id;

    private void OnWatchBroken(Exception e)
    {
        LogWatchBroken(Logger, e);
        _broken = true;
        StateHasChanged();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch of an Overview page broke; it is opened again")]
    private static partial void LogWatchBroken(ILogger logger, Exception exception);
}
