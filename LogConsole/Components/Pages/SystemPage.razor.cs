using System.Globalization;
using LogConsole.Components.SystemPanes;
using LogConsole.Overview;
using Microsoft.AspNetCore.Components;

namespace LogConsole.Components.Pages;

/// <summary>How the console itself is doing. Follows the feed while the tab is visible and not paused.</summary>
public sealed partial class SystemPage
{
    private SystemSnapshot? _snapshot;
    private long? _before;
    private bool _all;

    [Inject]
    private ISystemFeed Feed { get; set; } = default!;

    [SupplyParameterFromQuery(Name = SystemQuery.BeforeName)]
    private string? Before { get; set; }

    [SupplyParameterFromQuery(Name = SystemQuery.LettersName)]
    private string? Letters { get; set; }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        base.OnInitialized();
        Follow();
    }

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        _before = long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var before) ? before : null;
        _all = Letters == SystemQuery.AllLetters;
    }

    private protected override IAsyncEnumerable<SystemSnapshot> Watch(CancellationToken cancellationToken) => Feed.WatchAsync(cancellationToken);

    private protected override void Take(SystemSnapshot value) => _snapshot = value;
}
