using LogConsole.Overview;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.Incidents;

/// <summary>How many incidents are open, kept while the tab can be seen, whether the page is paused or not.</summary>
public sealed partial class IncidentCount : IAsyncDisposable
{
    private WatchLoop<Reading<OpenIncidents>>? _watch;
    private bool _watching;
    private long _count;

    [Inject]
    private IIncidentFeed Feed { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<IncidentCount> Logger { get; set; } = default!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        View.Changed += Follow;
        _watch = new WatchLoop<Reading<OpenIncidents>>(Feed.WatchOpenAsync, ShowAsync, e => LogWatchBroken(Logger, e), Time);
        Follow();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        View.Changed -= Follow;
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }
    }

    private void Follow()
    {
        if (_watching == View.Visible)
        {
            return;
        }

        _watching = View.Visible;
        if (_watching)
        {
            _watch?.Restart();
        }
        else
        {
            _watch?.Stop();
        }
    }

    private Task ShowAsync(Reading<OpenIncidents> reading, CancellationToken cancellationToken)
    {
        if (reading.Value is { } open && open.Count != _count)
        {
            _count = open.Count;
            StateHasChanged();
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch of the open incidents broke; it is opened again")]
    private static partial void LogWatchBroken(ILogger logger, Exception exception);
}
