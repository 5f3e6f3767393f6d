using System.Globalization;
using LogConsole.Overview;
using Microsoft.AspNetCore.WebUtilities;

namespace LogConsole.Components;

/// <summary>The part of a page's URL that says what is looked at: <c>?range=15m&amp;service=checkout</c> or <c>?from=…&amp;to=…</c>.</summary>
internal static class ViewQuery
{
    /// <summary>Shown when the URL names no range, or one that cannot be read.</summary>
    public static readonly TimeSpan DefaultRange = TimeSpan.FromMinutes(15);

    /// <summary>The ranges offered at the top, in the order of the keys 1, 2, 3.</summary>
    public static IReadOnlyList<TimeSpan> Ranges { get; } = [TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(60)];

    private const int MaxServiceLength = 128;
    private static readonly TimeSpan s_shortest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(7);

    /// <summary>Reads a URL; what cannot be read falls back to the default, so an old link still opens a page.</summary>
    public static OverviewView Parse(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri, UriKind.Absolute).Query);
        string? service = query.TryGetValue("service", out var name) ? name[^1] : null;
        return new OverviewView(
            ParseFixed(query.GetValueOrDefault("from"), query.GetValueOrDefault("to")) ?? ParseLive(query.GetValueOrDefault("range")),
            string.IsNullOrEmpty(service) ? null : service[..Math.Min(service.Length, MaxServiceLength)]);
    }

    /// <summary>A sentence on a range that cannot be read, and what is shown instead; null when there is none. Holds what somebody typed: hostile.</summary>
    public static string? FaultOf(string uri)
    {
        var query = QueryHelpers.ParseQuery(new Uri(uri, UriKind.Absolute).Query);
        string? from = query.GetValueOrDefault("from"), to = query.GetValueOrDefault("to"), range = query.GetValueOrDefault("range");
        if (ParseFixed(from, to) is not null)
        {
            return null;
        }

        var wrong = from is not null || to is not null
            ? ParseMoment(from) is null ? $"from ({Shown(from)}) is no time" : ParseMoment(to) is null ? $"to ({Shown(to)}) is no time" : "from is not before to"
            : range is not null && TryLength(range) is null ? $"range ({Shown(range)}) is no length from 1m to 7d" : null;
        return wrong is null ? null : $"The time range of this address cannot be read: {wrong}. Shown instead: the last {Components.Format.Duration(Parse(uri).Range.Length.TotalSeconds)}.";
    }

    /// <summary>The query of a view, from its question mark; empty for the default view.</summary>
    /// <param name="keepFrom">An address whose other parameters, a page's own, are kept; or null.</param>
    public static string Format(OverviewView view, string? keepFrom = null)
    {
        var parts = new List<KeyValuePair<string, string?>>();
        if (view.Range is { From: { } from, To: { } to })
        {
            parts.Add(new("from", Iso(from)));
            parts.Add(new("to", Iso(to)));
        }
        else if (view.Range.Length != DefaultRange)
        {
            parts.Add(new("range", FormatLength(view.Range.Length)));
        }

        if (view.Service is not null)
        {
            parts.Add(new("service", view.Service));
        }

        if (keepFrom is not null)
        {
            parts.AddRange(
                from item in QueryHelpers.ParseQuery(new Uri(keepFrom, UriKind.Absolute).Query)
                where item.Key is not ("range" or "from" or "to" or "service" or "after") // a place in a list is one of that list
                select new KeyValuePair<string, string?>(item.Key, item.Value[^1]));
        }

        return QueryHelpers.AddQueryString("", parts);
    }

    /// <summary><c>15m</c>; seconds when it is not whole minutes.</summary>
    public static string FormatLength(TimeSpan length) =>
        length.Ticks % TimeSpan.TicksPerMinute == 0
            ? length.TotalMinutes.ToString("0", CultureInfo.InvariantCulture) + "m"
            : length.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + "s";

    /// <summary>What somebody typed, short enough for a sentence.</summary>
    public static string Shown(string? text) => text is null ? "missing" : DisplayText.Clean(text.Length <= 40 ? text : $"{text[..40]}…");

    private static TimeRange ParseLive(string? text) => TimeRange.Last(TryLength(text) ?? DefaultRange);

    private static TimeSpan? TryLength(string? text)
    {
        if (text is { Length: >= 2 and <= 8 }
            && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            TimeSpan? unit = text[^1] switch
            {
                's' => TimeSpan.FromSeconds(1),
                'm' => TimeSpan.FromMinutes(1),
                'h' => TimeSpan.FromHours(1),
                'd' => TimeSpan.FromDays(1),
                _ => null,
            };
            if (number * unit is { } length && length >= s_shortest && length <= s_longest)
            {
                return length;
            }
        }

        return null;
    }

    private static TimeRange? ParseFixed(string? from, string? to) =>
        ParseMoment(from) is { } start && ParseMoment(to) is { } end && end > start ? TimeRange.Between(start, end) : null;

    /// <summary>ISO 8601 (UTC when it names no zone) or milliseconds since the epoch.</summary>
    private static DateTimeOffset? ParseMoment(string? text)
    {
        const long maxMs = 253_402_300_799_999;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var ms))
        {
            return ms <= maxMs ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;
        }

        const DateTimeStyles styles = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, styles, out var moment) ? moment : null;
    }

    private static string Iso(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFZ", CultureInfo.InvariantCulture);
}
