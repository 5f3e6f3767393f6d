using System.Buffers.Text;
using System.Globalization;
using System.Text;

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

    /// <summary>Reads the query string. Snake case and camel case are both taken.</summary>
    /// <param name="errors">One entry for each parameter that cannot be read.</param>
    internal static bool TryParse(IQueryCollection query, out PatternFilter filter, out Dictionary<string, string[]> errors)
    {
        var faults = new Dictionary<string, string[]>(StringComparer.Ordinal);
        filter = new PatternFilter
        {
            MinCount = Number("min_count", "minCount", 1, 0, long.MaxValue),
            Service = Text("service"),
            Query = Text("q"),
            From = Time("from"),
            To = Time("to"),
            Limit = (int)Number("limit", "limit", DefaultLimit, 1, MaxLimit),
            After = Text("cursor") is { } cursor ? ReadCursor(cursor) ?? Fault<(long, int)?>("cursor", "is not one this endpoint gave out") : null,
        };
        errors = faults;
        return faults.Count == 0;

        string? Text(string name)
        {
            // PostgreSQL text holds no NUL, so nothing stored can match one.
            var value = query[name] is [{ Length: > 0 } first, ..] ? first : null;
            return value?.Contains('\0') == true ? Fault<string>(name, "must not contain NUL") : value;
        }

        T? Fault<T>(string name, string reason)
        {
            faults[name] = [$"'{name}' {reason}."];
            return default;
        }

        long Number(string name, string alias, long fallback, long lowest, long highest)
        {
            if ((Text(name) ?? Text(alias)) is not { } text)
            {
                return fallback;
            }

            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= lowest && number <= highest
                ? number
                : Fault<long>(name, $"must be a whole number from {lowest} to {highest}");
        }

        DateTimeOffset? Time(string name)
        {
            if (Text(name) is not { } text)
            {
                return null;
            }

            const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var time)
                ? time
                : Fault<DateTimeOffset?>(name, "must be a time such as 2026-11-20T10:00:00Z");
        }
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
