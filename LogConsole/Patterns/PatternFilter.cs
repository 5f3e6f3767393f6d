using System.Buffers.Text;
using System.Globalization;
using System.Text;
using LogConsole.Web;

namespace LogConsole.Patterns;

/// <summary>What <c>GET /api/patterns</c> asks for. Most frequent first, newer ids first among equals.</summary>
public sealed record PatternFilter
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 1000;

    /// <summary>Templates with fewer records (in the range, when there is one) are left out. Default 1.</summary>
    public long MinCount { get; init; } = 1;

    /// <summary>The service's exact name; null for all.</summary>
    public string? Service { get; init; }

    /// <summary>Text the template contains, whatever the case; null for all.</summary>
    public string? Query { get; init; }

    /// <summary>Count only rollup windows that start at or after this event time; null for no bound.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Count only rollup windows that start before this event time; null for no bound.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>1–1000.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Continue after this (count, id); null for the first page. Counts move while pages are read: a template may show twice or not at all.</summary>
    public (long Count, int Id)? After { get; init; }

    /// <summary>Reads the query string; throws <see cref="QueryFaultException"/> for what cannot be used.</summary>
    internal static PatternFilter Of(RequestQuery query)
    {
        var (from, to) = query.Range();
        var filter = new PatternFilter
        {
            MinCount = query.Int64(1, 0, long.MaxValue, "minCount", "min_count"),
            Service = query.Text("service"),
            Query = query.Text("q"),
            From = from,
            To = to,
            Limit = query.Limit(DefaultLimit, MaxLimit),
            After = query.Text("cursor") is { } cursor ? ReadCursor(cursor) ?? throw new QueryFaultException("cursor", "is none that this API gave") : null,
        };
        query.RejectOthers();
        return filter;
    }

    internal static string WriteCursor(long count, int id) =>
        Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{count}:{id}")));

    private static (long Count, int Id)? ReadCursor(string cursor)
    {
        if (!Base64Url.IsValid(cursor))
        {
            return null;
        }

        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split(':');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? (count, id)
            : null;
    }
}
