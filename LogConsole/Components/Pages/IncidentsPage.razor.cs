using LogConsole.Anomalies.Incidents;
using LogConsole.Components.Incidents;
using LogConsole.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace LogConsole.Components.Pages;

/// <summary>The list of incidents. Follows the feed while the tab is visible and not paused; what is shown is what the URL says.</summary>
public sealed partial class IncidentsPage : IAsyncDisposable
{
    // More chips would make a row higher than its text.
    private const int MaxServices = 6;

    private static readonly IncidentListView s_everything = new(null);

    private WatchLoop<Reading<IncidentListing>>? _watch;
    private IncidentListView _view = s_everything;
    private Reading<IncidentListing>? _reading;
    private DateTimeOffset _now;
    private bool _flowed;
    private bool _broken;
    private bool _stale;

    [Inject]
    private IIncidentFeed Feed { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<IncidentsPage> Logger { get; set; } = default!;

    private string EmptyTitle => _view.State switch
    {
        IncidentState.Open => "Nothing is open",
        IncidentState.Acknowledged => "Nobody is working on an incident",
        IncidentState.Resolved => "No incident has been resolved",
        _ => "No incidents",
    };

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _view = IncidentsQuery.Parse(Navigation.Uri);
        View.Changed += OnViewChanged;
        Navigation.LocationChanged += OnLocationChanged;
        _watch = new WatchLoop<Reading<IncidentListing>>(token => Feed.WatchListAsync(_view, token), ShowAsync, OnWatchBroken, Time);
        Follow();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        View.Changed -= OnViewChanged;
        Navigation.LocationChanged -= OnLocationChanged;
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }
    }

    private bool IsShown(TimeSpan? length) => length is null ? _view.Range is null : _view.Range is { IsLive: true } range && range.Length == length;

    private long? CountOf(IncidentState? state) =>
        _reading?.Value is not { } listing ? null : state is { } one ? listing.Counts.GetValueOrDefault(one) : listing.Counts.Values.Sum();

    private string EmptyReason(IncidentListing listing)
    {
        var where = (_view.Service is { } service ? $" of {DisplayText.Clean(service)}" : "") + (_view.Range is null ? "" : " in this time");
        var others = listing.Counts.Values.Sum();
        return others > 0
            ? $"Incidents{where} in other states: {Format.Count(others)}."
            : $"Incidents{where} appear here when a series leaves its expected band: error share, volume, a service that falls silent, a new error. Each is watched before it is judged, so a new service opens none at first.";
    }

    private void Follow()
    {
        _flowed = View.Flowing;
        if (_flowed)
        {
            _watch?.Restart();
        }
        else
        {
            _watch?.Stop();
        }
    }

    private void OnViewChanged()
    {
        if (View.Flowing != _flowed)
        {
            Follow();
        }

        StateHasChanged();
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        // The address of another page says nothing about this one, which is about to go.
        if (new Uri(e.Location).AbsolutePath.Trim('/') != IncidentsQuery.Path)
        {
            return;
        }

        var next = IncidentsQuery.Parse(e.Location);
        if (next != _view)
        {
            _view = next;
            _stale = true;
            Follow();
            StateHasChanged();
        }
    }

    private Task ShowAsync(Reading<IncidentListing> reading, CancellationToken cancellationToken)
    {
        _reading = reading;
        _now = Time.GetUtcNow();
        (_broken, _stale) = (false, false);
        StateHasChanged();
        return Task.CompletedTask;
    }

    private void OnWatchBroken(Exception e)
    {
        LogWatchBroken(Logger, e);
        _broken = true;
        StateHasChanged();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch of an incidents page broke; it is opened again")]
    private static partial void LogWatchBroken(ILogger logger, Exception exception);
}
