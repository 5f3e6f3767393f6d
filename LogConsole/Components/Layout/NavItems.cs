using LogConsole.Access;

namespace LogConsole.Components.Layout;

/// <summary>What of the top bar does something on a page.</summary>
[Flags]
public enum BarControls
{
    None = 0,
    Range = 1,
    Service = 2,
    Live = 4,
    All = Range | Service | Live,
}

/// <summary>A page in the navigation rail.</summary>
/// <param name="Href">Relative to the base address.</param>
/// <param name="Label">Sentence case.</param>
/// <param name="Icon">A name <c>Icon</c> knows.</param>
/// <param name="Controls">What of the top bar it has.</param>
/// <param name="Policy">Who sees it.</param>
internal sealed record NavItem(string Href, string Label, string Icon, BarControls Controls, string Policy = AccessPolicies.Read);

/// <summary>The pages there are, in the order of the rail.</summary>
internal static class NavItems
{
    public static IReadOnlyList<NavItem> All { get; } =
    [
        new("", "Overview", "overview", BarControls.All),
        new("stream", "Stream", "stream", BarControls.All),
        new("incidents", "Incidents", "incidents", BarControls.Service | BarControls.Live),
        new("system", "System", "system", BarControls.Live),
        new("audit", "Audit", "audit", BarControls.None, AccessPolicies.Admin),
        new("settings", "Settings", "settings", BarControls.None),
    ];
}
