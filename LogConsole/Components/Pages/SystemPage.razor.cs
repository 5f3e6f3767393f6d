using System.Globalization;
using LogConsole.Components.SystemPanes;
using LogConsole.Overview;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.Pages;

/// <summary>How the console itself is doing. Follows the feed while the tab is visible and not paused.</summary>
public sealed partial class SystemPage : IAsyncDisposable
{
    private WatchLoop<SystemSnapshot>? _watch;
    private SystemSnapshot? _snapshot;
    private long? _before;
    private bool _all;
    private bool _flowed;
    private bool _broken;

    [Inject]
    private ISystemFeed Feed { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<SystemPage> Logger { get; set; } = default!;

    [SupplyParameterFromQuery(Name = SystemQuery.BeforeName)]
    private string? Before { get; set; }

    [SupplyParameterFromQuery(Name = SystemQuery.LettersName)]
    private string? Letters { get; set; }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        View.Changed += OnViewChanged;
        _watch = new WatchLoop<SystemSnapshot>(Feed.WatchAsync, ShowAsync, OnWatchBroken, Time);
        Follow();
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        _before = long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null;
        _all = Letters == SystemQuery.AllLetters;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        View.Changed -= OnViewChanged;
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }
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

    private Task ShowAsync(SystemSnapshot snapshot, CancellationToken cancellationToken)
    {
        _snapshot = snapshot;
        _broken = false;
        StateHasChanged();
        return Task.CompletedTask;
    }

    private void OnWatchBroken(Exception e)
    {
        LogWatchBroken(Logger, e);
        _broken = true;
        StateHasChanged();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch of a System page broke; it is opened again")]
    private static partial void LogWatchBroken(ILogger logger, Exception exception);
}
