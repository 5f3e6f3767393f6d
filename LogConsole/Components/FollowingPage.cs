using Microsoft.AspNetCore.Components;

namespace LogConsole.Components;

/// <summary>A page that shows the newest value of one feed and follows it while the tab is visible and not paused. Used on the circuit's dispatcher only.</summary>
public abstract partial class FollowingPage<T> : ComponentBase, IAsyncDisposable
{
    private WatchLoop<T>? _watch;

    [Inject]
    private protected ConsoleView View { get; set; } = default!;

    [Inject]
    private protected TimeProvider Time { get; set; } = default!;

    /// <summary>When the value on screen came.</summary>
    private protected DateTimeOffset Now { get; private set; }

    /// <summary>Whether the feed is followed now.</summary>
    private protected bool IsFlowing { get; private set; }

    /// <summary>The watch broke, and no value has come since.</summary>
    private protected bool IsBroken { get; private set; }

    [Inject]
    private ILoggerFactory Loggers { get; set; } = default!;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        View.Changed += OnViewChanged;
        _watch = new WatchLoop<T>(Watch, ShowAsync, OnBroken, Time);
    }

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        View.Changed -= OnViewChanged;
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }
    }

    /// <summary>Opens the watch of what the page shows now.</summary>
    private protected abstract IAsyncEnumerable<T> Watch(CancellationToken cancellationToken);

    /// <summary>Keeps a value to show; the page is rendered after it.</summary>
    private protected abstract void Take(T value);

    /// <summary>Starts the watch, or starts it anew when the page shows something else; stops it when nothing should flow.</summary>
    private protected void Follow()
    {
        IsFlowing = View.Flowing;
        if (IsFlowing)
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
        if (View.Flowing != IsFlowing)
        {
            Follow();
        }

        StateHasChanged();
    }

    private Task ShowAsync(T value, CancellationToken cancellationToken)
    {
        Take(value);
        Now = Time.GetUtcNow();
        IsBroken = false;
        StateHasChanged();
        return Task.CompletedTask;
    }

    private void OnBroken(Exception e)
    {
        LogWatchBroken(Loggers.CreateLogger(GetType()), e);
        IsBroken = true;
        StateHasChanged();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch of a page broke; it is opened again")]
    private static partial void LogWatchBroken(ILogger logger, Exception exception);
}
