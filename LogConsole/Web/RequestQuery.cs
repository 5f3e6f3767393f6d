using System.Globalization;

namespace LogConsole.Web;

/// <summary>
/// The query string of one request, read with clear faults: what cannot be used is answered as 400 with the parameter's name.
/// Names are camelCase; the given aliases (<c>min_count</c>, <c>level</c>, …) are accepted too. When all are read, <see cref="RejectOthers"/>.
/// </summary>
public sealed class RequestQuery(HttpRequest request, DateTimeOffset now)
{
    private readonly IQueryCollection _query = request.Query;
    private readonly List<string> _names = [];
    private readonly List<string> _aliases = [];

    /// <summary>The text of the one of the names that is present and not empty, or null.</summary>
    public string? Text(params ReadOnlySpan<string> names) => Find(names)?.Text;

    /// <summary>A parameter that is read elsewhere, once at most.</summary>
    public void Know(string name)
    {
        _names.Add(name);
        if (_query.TryGetValue(name, out var values) && values.Count > 1)
        {
            throw GivenTwice(name);
        }
    }

    /// <summary>A moment, or null. See <see cref="QueryTime"/>.</summary>
    public DateTimeOffset? Moment(params ReadOnlySpan<string> names)
    {
        if (Find(names) is not var (name, text))
        {
            return null;
        }

        return QueryTime.TryParse(text, now, out var moment)
            ? moment
            : throw new QueryFaultException(name, "is no time; write RFC 3339 (2026-11-20T10:00:00Z), epoch seconds, or an age such as 15m");
    }

    /// <summary>The moments <c>from</c> (inclusive) and <c>to</c> (exclusive), each null when absent.</summary>
    public (DateTimeOffset? From, DateTimeOffset? To) Range()
    {
        var (from, to) = (Moment("from"), Moment("to"));
        CheckRange(from ?? DateTimeOffset.MinValue, to ?? DateTimeOffset.MaxValue);
        return (from, to);
    }

    /// <summary>Throws when there is nothing between the moments.</summary>
    public static void CheckRange(DateTimeOffset from, DateTimeOffset to)
    {
        if (from >= to)
        {
            throw new QueryFaultException("from", $"{from.UtcDateTime:O} lies not before to ({to.UtcDateTime:O})");
        }
    }

    /// <summary>How many items a page may have: <c>limit</c>, also written <c>top_k</c>.</summary>
    public int Limit(int fallback, int max) => Int32(fallback, 1, max, "limit", "top_k");

    /// <summary>A whole number in a range, or the default.</summary>
    public int Int32(int fallback, int min, int max, params ReadOnlySpan<string> names) => (int)Int64(fallback, min, max, names);

    /// <summary>A whole number in a range, or the default.</summary>
    public long Int64(long fallback, long min, long max, params ReadOnlySpan<string> names)
    {
        if (Find(names) is not var (name, text))
        {
            return fallback;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw new QueryFaultException(name, $"is no whole number from {min} to {max}");
    }

    /// <summary>A length of time in seconds or as 30s, 5m, 1h, 1d; or null.</summary>
    public TimeSpan? Length(params ReadOnlySpan<string> names)
    {
        if (Find(names) is not var (name, text))
        {
            return null;
        }

        var withUnit = char.IsAsciiDigit(text[^1]) ? text + "s" : text;
        return QueryTime.TryParse(withUnit, now, out var moment) && now > moment && char.IsAsciiDigit(text[0])
            ? now - moment
            : throw new QueryFaultException(name, "is no length of time; write seconds or 30s, 5m, 1h, 1d");
    }

    /// <summary>True or false; false when absent.</summary>
    public bool Flag(params ReadOnlySpan<string> names)
    {
        if (Find(names) is not var (name, text))
        {
            return false;
        }

        return bool.TryParse(text, out var value) ? value : throw new QueryFaultException(name, "is neither true nor false");
    }

    /// <summary>
    /// Throws for a parameter nobody has asked for: a misspelt filter that is passed over shows wrong numbers. Call it when all are read.
    /// </summary>
    public void RejectOthers()
    {
        foreach (var name in _query.Keys)
        {
            if (IsAny(name, _names) || IsAny(name, _aliases))
            {
                continue;
            }

            var meant = NearestName.Within(name.Length <= 3 ? 1 : 2, name, _names.Concat(_aliases));
            var known = _names.Count == 0 ? "nothing can be asked here" : $"known are {string.Join(", ", _names)}";
            throw new QueryFaultException(Shown(name), $"there is no such parameter; {(meant is null ? "" : $"did you mean {meant}? ")}{known}");
        }
    }

    /// <summary>For an endpoint that can be asked nothing: throws for any parameter.</summary>
    public static void RejectAll(HttpRequest request) => new RequestQuery(request, DateTimeOffset.UnixEpoch).RejectOthers();

    /// <summary>The one of the names that is present and not empty, with its text.</summary>
    internal (string Name, string Text)? Find(ReadOnlySpan<string> names)
    {
        // Of several names of one meaning only one may be given, and only once: whichever was passed over would have been a filter.
        _names.Add(names[0]);
        _aliases.AddRange(names[1..]);
        (string Name, string Text)? found = null;
        foreach (var name in names)
        {
            if (!_query.TryGetValue(name, out var values) || values.ToString() is not { Length: > 0 } text)
            {
                continue;
            }

            if (found is var (other, _))
            {
                throw new QueryFaultException(name, $"means the same as {other}; give one of them");
            }

            if (values.Count > 1)
            {
                throw GivenTwice(name);
            }

            // PostgreSQL text holds no NUL: nothing stored can match one.
            found = text.Contains('\0', StringComparison.Ordinal) ? throw new QueryFaultException(name, "must not contain NUL") : (name, text);
        }

        return found;
    }

    private static QueryFaultException GivenTwice(string name) => new(name, "is given more than once");

    private static bool IsAny(string name, List<string> names) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    // It goes into the answer, and is whatever somebody typed.
    private static string Shown(string name) => name.Length == 0 ? "(no name)" : name.Length <= 50 ? name : $"{name[..50]}…";
}
