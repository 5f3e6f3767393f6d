using LogConsole.Anomalies.Incidents;
using LogConsole.Components.Incidents;
using LogConsole.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace LogConsole.Components.Pages;

/// <summary>The list of incidents. Follows the feed while the tab is visible and not paused; what is shown is what the URL says.</summary>
public sealed partial class IncidentsPage
{
    // More chips would make a row higher than its text.
    private const int MaxServices = 6;

    private static readonly IncidentListView s_everything = new(null);

    private IncidentListView _view = s_everything;
    private Reading<IncidentListing>? _reading;
    private bool _stale;

    [Inject]
    private IIncidentFeed Feed { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

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
        base.OnInitialized();
        _view = IncidentsQuery.Parse(Navigation.Uri);
        Navigation.LocationChanged += OnLocationChanged;
        Follow();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        Navigation.LocationChanged -= OnLocationChanged;
        return base.DisposeAsync();
    }

    private protected override IAsyncEnumerable<Reading<IncidentListing>> Watch(CancellationToken cancellationToken) => Feed.WatchListAsync(_view, cancellationToken);

    private protected override void Take(Reading<IncidentListing> value) => (_reading, _stale) = (value, false);

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
}
