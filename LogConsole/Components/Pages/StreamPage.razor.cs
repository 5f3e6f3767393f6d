using LogConsole.Components.Streaming;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Overview;
using LogConsole.Streaming;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;

namespace LogConsole.Components.Pages;

/// <summary>
/// Every line: its live end and the history behind it. The list lives in the browser and gets lines as data, at most ten times a second;
/// this page keeps the URL, the pause and the drawer. A hidden tab is sent nothing.
/// </summary>
public sealed partial class StreamPage : IAsyncDisposable
{
    // Rows the browser keeps; what falls off at the old end is read again from history.
    private const int KeptRows = 10_000;

    private static readonly TimeSpan s_lookUpAgain = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _gone = new();
    private CancellationTokenSource _link = new(); // cancelled while the browser is lost
    private DotNetObjectReference<StreamInterop>? _host;
    private ElementReference _element;
    private VolumeStrip? _strip;
    private BrowserPart? _list;
    private StreamSource _source = default!;
    private WatchLoop<ListFrame>? _lines;
    private WatchLoop<OverviewSnapshot>? _volume;
    private StreamQuery _query = default!;
    private string? _fault;
    private string? _aroundLine;
    private bool _lookingUp;
    private OverviewSnapshot? _overview;
    private DateTimeOffset _now;
    private (StreamQuery Query, bool Visible, bool Paused) _running;

    // The pause comes from reading the list, not from the viewer's own button: it ends with the reading.
    private bool _heldByList;
    private bool _broken;

    [Inject]
    private IStreamFeed Feed { get; set; } = default!;

    [Inject]
    private IOverviewFeed Volume { get; set; } = default!;

    [Inject]
    private ConsoleView View { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private IJSRuntime Js { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    [Inject]
    private ILogger<StreamPage> Logger { get; set; } = default!;

    private string EmptyText => (View.Current.Range.IsLive, _query.Filter.IsEmpty) switch
    {
        (true, true) => $"No line of the last {Length} is stored. New ones show here at once.",
        (true, false) => $"Nothing of the last {Length} passes the filters. New lines that do show here at once.",
        (false, true) => "No line of this range is stored: none came, or retention has dropped them.",
        (false, false) => "Nothing in this range passes the filters.",
    };

    private string Length => Format.Duration(View.Current.Range.Length.TotalSeconds);

    private string StripNote => _query.Filter.IsBeyondVolume ? "counts by severity and service only, not by the other filters" : "";

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Take(Navigation.Uri);
        _host = DotNetObjectReference.Create(new StreamInterop(this));
        _list = new BrowserPart(Js);
        _source = new StreamSource(Feed, Time);
        _lines = new WatchLoop<ListFrame>(token => _source.FramesAsync(_running.Query, _running.Paused, token), ShowLinesAsync, OnBroken, Time);
        _volume = new WatchLoop<OverviewSnapshot>(token => Volume.WatchAsync(_running.Query.View, token), ShowVolumeAsync, OnBroken, Time);
        View.Changed += OnViewChanged;
        Navigation.LocationChanged += OnLocationChanged;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            Follow();
            await _list!.CreateAsync(Assets["js/tail.js"], "createTail", _element, _host, KeptRows);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        View.Changed -= OnViewChanged;
        Navigation.LocationChanged -= OnLocationChanged;
        _lines?.Stop();
        _volume?.Stop();
        await _gone.CancelAsync();
        await _link.CancelAsync();
        await (_lines?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_volume?.DisposeAsync() ?? ValueTask.CompletedTask);
        _source?.Dispose();
        await (_list?.DisposeAsync() ?? ValueTask.CompletedTask);
        _host?.Dispose();
        _gone.Dispose();
        _link.Dispose();
    }

    // A frame that is on its way is taken before the watch ends, unless the browser is lost: then it is given again.
    private async Task ShowLinesAsync(ListFrame frame, CancellationToken cancellationToken)
    {
        await _list!.UpdateAsync(frame, _link.Token);
        if (_broken)
        {
            _broken = false;
            StateHasChanged();
        }
    }

    private async Task ShowVolumeAsync(OverviewSnapshot next, CancellationToken cancellationToken)
    {
        var before = _overview;
        _overview = next;
        if (before is null || before.HasRecords != next.HasRecords || before.Database.IsReady != next.Database.IsReady || before.OutsideRange != next.OutsideRange)
        {
            _now = Time.GetUtcNow();
            StateHasChanged();
        }

        if (_strip is not null)
        {
            await _strip.ShowAsync(next.Chart, cancellationToken);
        }

        // The chart moves once a second; its feed would tell about newest lines more often.
        await Task.Delay(TimeSpan.FromSeconds(1), Time, cancellationToken);
    }

    private void Take(string uri)
    {
        (_query, _fault, _aroundLine) = (StreamQuery.Parse(uri), StreamQuery.FaultOf(uri), null);
        if (_query.Line is { UnixMicroseconds: not 0 } line)
        {
            var around = StreamQuery.Around(line);
            var range = _query.View.Range;
            var now = Time.GetUtcNow();
            var (from, to) = (range.From ?? now - range.Length, range.To ?? DateTimeOffset.MaxValue);
            var at = new LogTimestamp(line.UnixMicroseconds).ToDateTimeOffset();
            _aroundLine = at < from || at >= to ? (_query with { View = _query.View with { Range = around } }).ToUrl() : null;
        }
    }

    // An address with nothing but a line's id: its place is looked up, and the address becomes that of the place.
    private async Task LookUpAsync()
    {
        _lookingUp = true;
        try
        {
            while (_query.LineId is { } id)
            {
                try
                {
                    var place = await Feed.PlaceAsync(id, _gone.Token);
                    if (_query.LineId == id)
                    {
                        Navigation.NavigateTo((_query with { Line = place ?? new LogCursor(0, id) }).ToUrl(), replace: true);
                        return;
                    }
                }
                catch (Exception e) when (e is Npgsql.NpgsqlException or Storage.DatabaseUnavailableException or TimeoutException)
                {
                    OnBroken(e);
                    await Task.Delay(s_lookUpAgain, Time, _gone.Token);
                }
            }
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page is gone.
        }
        finally
        {
            _lookingUp = false;
        }
    }

    private void Follow()
    {
        if (_query.LineId is not null)
        {
            if (!_lookingUp)
            {
                _ = LookUpAsync();
            }

            return;
        }

        var before = _running;
        _running = (_query, View.Visible, View.Paused);
        var isSameVolume = before.Query?.View == _query.View && before.Visible == _running.Visible;
        if (!isSameVolume || before.Query?.Filter != _query.Filter || before.Paused != _running.Paused)
        {
            Run(_lines!);
        }

        if (!isSameVolume)
        {
            Run(_volume!);
        }
    }

    private void Run<T>(WatchLoop<T> loop)
    {
        if (_running.Visible)
        {
            loop.Restart();
        }
        else
        {
            loop.Stop();
        }
    }

    private void OnViewChanged()
    {
        if (_running.Paused && !View.Paused && !_heldByList)
        {
            _source.AskToFollow();
        }

        _heldByList &= View.Paused;
        if (View.Connected && _link.IsCancellationRequested)
        {
            _link.Dispose();
            _link = new CancellationTokenSource();
        }

        Follow();
        if (!View.Connected)
        {
            _link.Cancel();
        }

        StateHasChanged();
    }

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e) => _ = InvokeAsync(() =>
    {
        if (_gone.IsCancellationRequested || new Uri(e.Location).AbsolutePath.Trim('/') != StreamQuery.Path)
        {
            return;
        }

        var before = _query;
        Take(e.Location);
        if (before.Line != _query.Line)
        {
            _ = TellLineAsync();
        }

        Follow();
        StateHasChanged();
    });

    private async Task TellLineAsync()
    {
        try
        {
            await _list!.UpdateAsync(new ListFrame("line") { Line = _query.Line?.ToString() }, _gone.Token);
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException or OperationCanceledException or InvalidOperationException)
        {
            // The connection is down: the browser asks anew when it is back.
        }
    }

    private void Open(LogCursor line) => Navigation.NavigateTo((_query with { Line = line }).ToUrl(), replace: _query.Line is not null);

    private void Close() => Navigation.NavigateTo((_query with { Line = null }).ToUrl());

    private void Hold(bool held)
    {
        if (held && !View.Paused)
        {
            _heldByList = true;
            View.TogglePause();
        }
        else if (!held && View.Paused && _heldByList)
        {
            View.TogglePause();
        }
    }

    private async Task<PageFrame?> TryReadAsync(Func<CancellationToken, Task<PageFrame>> read)
    {
        try
        {
            return await read(_gone.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The edge of a call from the browser: it shows that reading stopped and offers to go on.
            LogReadFailed(Logger, e);
            return null;
        }
    }

    private void OnBroken(Exception e)
    {
        LogWatchBroken(Logger, e);
        _broken = true;
        StateHasChanged();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The watch of a Stream page broke; it is opened again")]
    private static partial void LogWatchBroken(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "A page of older lines could not be read; the viewer may ask again")]
    private static partial void LogReadFailed(ILogger logger, Exception exception);
}
