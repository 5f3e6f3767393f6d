using LogConsole.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.JSInterop;

namespace LogConsole.Components.Layout;

/// <summary>The frame of every page. Keeps the console's own status on screen and the circuit's <see cref="ConsoleView"/> in step with the tab.</summary>
public sealed partial class MainLayout : IAsyncDisposable
{
    private ErrorBoundary? _boundary;
    private WatchLoop<ConsoleStatus>? _watch;
    private DotNetObjectReference<TabInterop>? _tab;
    private IJSObjectReference? _module;
    private ConsoleStatus? _status;
    private bool _unreachable;
    private bool _wasVisible = true;

    [Inject]
    private IOverviewFeed Feed { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<MainLayout> Logger { get; set; } = default!;

    // A page below another one has that one's title.
    private string PagePath => new Uri(Navigation.Uri).AbsolutePath.Trim('/').Split('/')[0];

    private NavItem? Page => NavItems.All.FirstOrDefault(item => item.Href == PagePath);

    private string Title => Page?.Label ?? "Not found";

    private BarControls Controls => Page?.Controls ?? BarControls.None;

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        View.Changed += OnViewChanged;
        _watch = new WatchLoop<ConsoleStatus>(Feed.WatchStatusAsync, ShowAsync, OnWatchBroken, Time);
        _watch.Restart();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _tab = DotNetObjectReference.Create(new TabInterop(View));
            _module = await Js.InvokeAsync<IJSObjectReference>("import", "/" + Assets["js/logconsole.js"]);
            var tab = await _module.InvokeAsync<TabState>("attachTab", _tab);
            View.SetZone(tab.TimeZone);
            View.SetVisible(tab.Visible);
        }
    }

    /// <inheritdoc/>
    protected override void OnParametersSet() => _boundary?.Recover();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        View.Changed -= OnViewChanged;
        if (_watch is not null)
        {
            await _watch.DisposeAsync();
        }

        if (_module is { } module)
        {
            await BrowserPart.PartAsync(async () =>
            {
                await module.InvokeVoidAsync("detachTab");
                await module.DisposeAsync();
            });
        }

        _tab?.Dispose();
    }

    private Task ShowAsync(ConsoleStatus status, CancellationToken cancellationToken)
    {
        _status = status;
        _unreachable = false;
        StateHasChanged();
        return Task.CompletedTask;
    }

    private void OnWatchBroken(Exception e)
    {
        LogWatchBroken(Logger, e);
        _unreachable = true;
        StateHasChanged();
    }

    private void OnViewChanged()
    {
        if (View.Visible != _wasVisible)
        {
            _wasVisible = View.Visible;
            if (View.Visible)
            {
                _watch?.Restart();
            }
            else
            {
                _watch?.Stop();
            }
        }

        StateHasChanged();
    }

    private void Recover() => _boundary?.Recover();

    [LoggerMessage(Level = LogLevel.Error, Message = "The status watch of a page broke; it is opened again")]
    private static partial void LogWatchBroken(ILogger logger, Exception exception);

    /// <summary>What the browser tells about the tab when the frame is drawn.</summary>
    private sealed record TabState(string? TimeZone, bool Visible);

    /// <summary>Called by the browser when the tab is hidden or shown.</summary>
    private sealed class TabInterop(ConsoleView view)
    {
        [JSInvokable]
        public void VisibilityChanged(bool visible) => view.SetVisible(visible);
    }
}
