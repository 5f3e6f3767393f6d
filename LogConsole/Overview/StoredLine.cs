using LogConsole.Logs;

namespace LogConsole.Overview;

/// <summary>A stored record as a line of the live page.</summary>
internal static class StoredLine
{
    private const int MaxCharacters = 2_048;

    public static OverviewLine Of(LogRow row, string service)
    {
        var cut = row.Body.Length > MaxCharacters;
        var end = cut && char.IsHighSurrogate(row.Body[MaxCharacters - 1]) ? MaxCharacters - 1 : MaxCharacters;
        return new OverviewLine(
            row.Id, row.Timestamp.ToDateTimeOffset(), row.SeverityNumber, service, cut ? row.Body[..end] : row.Body, cut, row.Flags);
    }
}
