using System.Globalization;
using LogConsole.Anomalies.Explanations;
using LogConsole.Overview;
using Microsoft.AspNetCore.WebUtilities;

namespace LogConsole.Components.Incidents;

/// <summary>Where a reader can see a piece of evidence: pages, not the API. Addresses are relative to the base address.</summary>
internal static class EvidenceLinks
{
    private const string LinesPage = "stream";

    // A line is looked for with what came around it.
    private static readonly TimeSpan s_around = TimeSpan.FromSeconds(30);

    /// <summary>Where the evidence can be seen.</summary>
    /// <param name="service">The name of its service; null when unknown.</param>
    public static string Of(Evidence evidence, string? service)
    {
        var query = evidence.Query;
        return query.Kind switch
        {
            EvidenceKind.Line => Line(Lines(query.From - s_around, query.To + s_around, service), query.LineId),
            EvidenceKind.TemplateRise => Lines(query.From, query.To, service, query.TemplateId),
            _ => ViewQuery.Format(View(query.From, query.To, service)),
        };
    }

    /// <summary>The lines of a service in a stretch of time.</summary>
    public static string Lines(DateTimeOffset from, DateTimeOffset to, string? service, int? template = null)
    {
        var address = LinesPage + ViewQuery.Format(View(from, to, service));
        return template is { } id ? QueryHelpers.AddQueryString(address, "template", id.ToString(CultureInfo.InvariantCulture)) : address;
    }

    /// <summary>What the evidence is, for the word on its link.</summary>
    public static string Word(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Line => "Show the line",
        EvidenceKind.TemplateRise => "Show its lines",
        _ => "Show this time",
    };

    private static string Line(string address, string? id) => id is null ? address : QueryHelpers.AddQueryString(address, "line", id);

    private static OverviewView View(DateTimeOffset from, DateTimeOffset to, string? service) =>
        new(TimeRange.Between(from, to > from ? to : from + s_around), service);
}
