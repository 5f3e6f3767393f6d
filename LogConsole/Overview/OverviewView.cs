namespace LogConsole.Overview;

/// <summary>What a viewer looks at. Equal views show equal data, so their reads can be shared.</summary>
/// <param name="Range">The time shown.</param>
/// <param name="Service">Only this service, or null for all. Comes from the URL: may name a service that does not exist, which shows nothing.</param>
public sealed record OverviewView(TimeRange Range, string? Service = null);
