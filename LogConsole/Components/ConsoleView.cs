using LogConsole.Overview;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;

namespace LogConsole.Components;

/// <summary>
/// What this tab looks at and whether it looks: the view of the URL, pause, the tab's visibility, the browser's zone.
/// Scoped: one per circuit. Used on the circuit's dispatcher only.
/// </summary>
internal sealed class ConsoleView : IDisposable
{
    private readonly NavigationManager _navigation;
    private bool _seen = true;

    public ConsoleView(NavigationManager navigation)
    {
        _navigation = navigation;
        Current = ViewQuery.Parse(navigation.Uri);
        Fault = ViewQuery.FaultOf(navigation.Uri);
        navigation.LocationChanged += OnLocationChanged;
    }

    /// <summary>Something below changed; raised on the dispatcher.</summary>
    public event Action? Changed;

    /// <summary>The time range and service of the URL. Replaced only by an unequal one.</summary>
    public OverviewView Current { get; private set; }

    /// <summary>A sentence on what of the URL's range cannot be read, so that <see cref="Current"/> shows another; null when all can.</summary>
    public string? Fault { get; private set; }

    /// <summary>The viewer stopped the page to read it.</summary>
    public bool Paused { get; private set; }

    /// <summary>Whether the browser is connected: until it is back, nothing sent would arrive.</summary>
    public bool Connected { get; private set; } = true;

    /// <summary>Whether the tab can be seen. A hidden or lost tab is sent nothing.</summary>
    public bool Visible => _seen && Connected;

    /// <summary>Whether data should flow now.</summary>
    public bool Flowing => Visible && !Paused;

    /// <summary>The time zone the user has chosen, else the browser's; UTC until it told, or when its name is not known here.</summary>
    public TimeZoneInfo Zone { get; private set; } = TimeZoneInfo.Utc;

    public void TogglePause()
    {
        Paused = !Paused;
        Changed?.Invoke();
    }

    public void SetVisible(bool visible)
    {
        if (_seen != visible)
        {
            _seen = visible;
            Changed?.Invoke();
        }
    }

    public void SetConnected(bool connected)
    {
        if (Connected != connected)
        {
            Connected = connected;
            Changed?.Invoke();
        }
    }

    /// <summary>Takes an IANA zone name from the settings or the browser; null changes nothing.</summary>
    public void SetZone(string? name)
    {
        if (name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && !zone.Equals(Zone))
        {
            Zone = zone;
            Changed?.Invoke();
        }
    }

    /// <summary>The current page with another view, its own parameters kept: what links point to.</summary>
    public string UrlOf(OverviewView view) => new Uri(_navigation.Uri).AbsolutePath + ViewQuery.Format(view, _navigation.Uri);

    /// <summary>Opens the current page with another view; the address bar and the history follow.</summary>
    public void Show(OverviewView view) => _navigation.NavigateTo(UrlOf(view));

    public void Dispose() => _navigation.LocationChanged -= OnLocationChanged;

    private void OnLocationChanged(object? sender, LocationChangedEventArgs e)
    {
        var view = ViewQuery.Parse(e.Location);
        var fault = ViewQuery.FaultOf(e.Location);
        var isOtherFault = fault != Fault;
        Fault = fault;
        if (view != Current)
        {
            Current = view;
            Paused = false;
            Changed?.Invoke();
        }
        else if (isOtherFault)
        {
            Changed?.Invoke();
        }
    }
}
