using LogConsole.Access;

namespace LogConsole.Components.Layout;

/// <summary>A page in the navigation rail.</summary>
/// <param name="Href">Relative to the base address.</param>
/// <param name="Label">Sentence case.</param>
/// <param name="Icon">A name <c>Icon</c> knows.</param>
/// <param name="Policy">Who sees it.</param>
internal sealed record NavItem(string Href, string Label, string Icon, string Policy = AccessPolicies.Read);

/// <summary>The pages there are, in the order of the rail.</summary>
internal static class NavItems
{
    public static IReadOnlyList<NavItem> All { get; } =
    [
        new("", "Overview", "overview"),
        new("stream", "Stream", "stream"),
        new("incidents", "Incidents", "incidents"),
        new("system", "System", "system"),
        new("audit", "Audit", "audit", AccessPolicies.Admin),
        new("settings", "Settings", "settings"),
    ];
}
