using System.Globalization;

namespace LogConsole.Web;

/// <summary>
/// The query string of one request, read with clear faults: what cannot be used is answered as 400 with the parameter's name.
/// Names are camelCase; the given aliases (<c>min_count</c>, <c>level</c>, …) are accepted too.
/// </summary>
public sealed class RequestQuery(HttpRequest request, DateTimeOffset now)
{
    private readonly IQueryCollection _query = request.Query;

    /// <summary>The text of the first of the names that is present and not empty, or null.</summary>
    public string? Text(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (_query.TryGetValue(name, out var values) && values.ToString() is { Length: > 0 } text)
            {
                // PostgreSQL text holds no NUL: nothing stored can match one.
                return text.Contains('\0', StringComparison.Ordinal) ? throw new QueryFaultException(name, "must not contain NUL") : text;
            }
        }

        return null;
    }

    /// <summary>A moment, or null. See <see cref="QueryTime"/>.</summary>
    public DateTimeOffset? Moment(params ReadOnlySpan<string> names)
    {
        if (Text(names) is not { } text)
        {
            return null;
        }

        return QueryTime.TryParse(text, now, out var moment)
            ? moment
            : throw new QueryFaultException(names[0], "is no time; write RFC 3339 (2026-11-20T10:00:00Z), epoch seconds, or an age such as 15m");
    }

    /// <summary>A whole number in a range, or the default.</summary>
    public int Int32(int fallback, int min, int max, params ReadOnlySpan<string> names) => (int)Int64(fallback, min, max, names);

    /// <summary>A whole number in a range, or the default.</summary>
    public long Int64(long fallback, long min, long max, params ReadOnlySpan<string> names)
    {
        if (Text(names) is not { } text)
        {
            return fallback;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new QueryFaultException(names[0], $"is no whole number from {min} to {max}");
    }

    /// <summary>A length of time in seconds or as 30s, 5m, 1h, 1d; or null.</summary>
    public TimeSpan? Length(params ReadOnlySpan<string> names)
    {
        if (Text(names) is not { } text)
        {
            return null;
        }

        var withUnit = char.IsAsciiDigit(text[^1]) ? text + "s" : text;
        return QueryTime.TryParse(withUnit, now, out var moment) && now > moment && char.IsAsciiDigit(text[0])
            ? now - moment
            : throw new QueryFaultException(names[0], "is no length of time; write seconds or 30s, 5m, 1h, 1d");
    }
}
