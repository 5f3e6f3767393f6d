using System.Globalization;
using LogConsole.Anomalies;
using LogConsole.Anomalies.Incidents;
using LogConsole.Overview;
using Microsoft.AspNetCore.WebUtilities;

namespace LogConsole.Components.Incidents;

/// <summary>What the incidents page shows, as its URL says it: <c>?state=open&amp;range=1440m&amp;service=checkout&amp;after=…</c>. Without a range all time counts.</summary>
internal static class IncidentsQuery
{
    /// <summary>The page's path below the base address.</summary>
    public const string Path = "incidents";

    /// <summary>The ranges offered; null for all time.</summary>
    public static IReadOnlyList<(TimeSpan? Length, string Label)> Ranges { get; } =
        [(TimeSpan.FromHours(1), "1 h"), (TimeSpan.FromHours(24), "24 h"), (TimeSpan.FromDays(7), "7 d"), (null, "All time")];

    /// <summary>The states offered, with null for all, and their words in the URL.</summary>
    public static IReadOnlyList<(IncidentState? State, string Label, string Word)> States { get; } =
        [(IncidentState.Open, "Open", "open"), (IncidentState.Acknowledged, "Acknowledged", "acknowledged"), (IncidentState.Resolved, "Resolved", "resolved"), (null, "All", "all")];

    /// <summary>Reads a URL; what cannot be read falls back to open incidents of all time.</summary>
    public static IncidentListView Parse(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri, UriKind.Absolute).Query);
        var view = ViewQuery.Parse(uri);
        var word = query.TryGetValue("state", out var words) ? words[^1] : null;
        var state = States.FirstOrDefault(one => string.Equals(one.Word, word, StringComparison.OrdinalIgnoreCase), States[0]).State;
        var hasRange = !view.Range.IsLive || query.ContainsKey("range");
        return new IncidentListView(state, hasRange ? view.Range : null, view.Service, PageCursor.Parse(query.TryGetValue("after", out var after) ? after[^1] : null));
    }

    /// <summary>The page's address for this, relative to the base address.</summary>
    public static string Format(IncidentListView view)
    {
        var parts = new List<KeyValuePair<string, string?>>();
        if (view.State != States[0].State)
        {
            parts.Add(new("state", States.First(one => one.State == view.State).Word));
        }

        if (view.After is { } after)
        {
            parts.Add(new("after", PageCursor.Write(after.StartedAt, after.Id)));
        }

        // The default of other pages is a range like any other here, so it is always written.
        if (view.Range is { IsLive: true } live)
        {
            parts.Add(new("range", ViewQuery.FormatLength(live.Length)));
        }

        var shared = ViewQuery.Format(new OverviewView(view.Range is { IsLive: false } between ? between : TimeRange.Last(ViewQuery.DefaultRange), view.Service));
        return QueryHelpers.AddQueryString(Path + shared, parts);
    }

    /// <summary>The address of one incident, relative to the base address.</summary>
    public static string Address(long id) => $"{Path}/{id.ToString(CultureInfo.InvariantCulture)}";
}
