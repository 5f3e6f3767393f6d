using System.Globalization;
using LogConsole.Web;

namespace LogConsole.Anomalies;

/// <summary>A place in a listing by start, then id: both newest first.</summary>
internal static class PageCursor
{
    public static string Write(DateTimeOffset start, long id) => string.Create(CultureInfo.InvariantCulture, $"{start.ToUnixTimeSeconds():x}.{id:x}");

    /// <summary>The parameter <c>cursor</c>; null when absent. Throws <see cref="QueryFaultException"/>.</summary>
    public static (DateTimeOffset StartedAt, long Id)? Read(RequestQuery query) =>
        query.Text("cursor") is not { } text ? null : Parse(text) ?? throw new QueryFaultException("cursor", "is none that this API gave");

    /// <summary>The place a text names; null when it names none.</summary>
    public static (DateTimeOffset StartedAt, long Id)? Parse(string? text)
    {
        var parts = (text ?? "").Split('.');
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var seconds)
            && long.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var id)
            && seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? (DateTimeOffset.FromUnixTimeSeconds(seconds), id)
            : null;
    }
}
