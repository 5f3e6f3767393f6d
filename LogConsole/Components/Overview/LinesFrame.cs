using LogConsole.Components.Controls;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Overview;

namespace LogConsole.Components.Overview;

/// <summary>What the browser is sent about the newest lines: the new ones only, newest first.</summary>
/// <param name="Reset">Forget the lines shown before.</param>
/// <param name="Added">Lines to put on top.</param>
/// <param name="Note">What part of the stream is shown, or empty.</param>
internal sealed record LinesFrame(bool Reset, IReadOnlyList<LineRow> Added, string Note)
{
    /// <summary>The frame that turns <paramref name="shown"/> into <paramref name="next"/>.</summary>
    public static LinesFrame Between(OverviewLines? shown, OverviewLines next, bool live)
    {
        var known = shown is null ? [] : shown.Newest.Select(line => line.Id).ToHashSet();
        var added = next.Newest.TakeWhile(line => !known.Contains(line.Id)).ToList();

        // Lines are put on top and fall off at the bottom. Anything else (a line that appears further down) starts over.
        var kept = next.Newest.Count - added.Count;
        var reset = shown is null
            || kept > shown.Newest.Count
            || !next.Newest.Skip(added.Count).Select(line => line.Id).SequenceEqual(shown.Newest.Take(kept).Select(line => line.Id))
            || (kept < shown.Newest.Count && next.Newest.Count < OverviewLines.MaxLines);
        return new LinesFrame(reset, [.. (reset ? next.Newest : added).Select(LineRow.Of)], NoteOf(next, live));
    }

    private static string NoteOf(OverviewLines lines, bool live)
    {
        if (!live)
        {
            return lines.Newest.Count == OverviewLines.MaxLines ? $"the newest {OverviewLines.MaxLines} of this range" : "all of this range";
        }

        return lines.ShownPerSecond < lines.MatchingPerSecond
            ? $"showing {Format.Rate(lines.ShownPerSecond)} of {Format.Rate(lines.MatchingPerSecond)}/s"
            : $"{Format.Rate(lines.MatchingPerSecond)}/s, all shown";
    }
}

/// <summary>One line, cleaned for display. Short names: it travels many times a second.</summary>
/// <param name="Id">Where the line stands, as a <see cref="LogCursor"/> writes it.</param>
/// <param name="T">Event time, milliseconds since the epoch.</param>
/// <param name="B">The severity's word.</param>
/// <param name="S">The service.</param>
/// <param name="M">The message.</param>
/// <param name="F">What is odd about the line, in words; or null.</param>
internal sealed record LineRow(string Id, long T, string B, string S, string M, string? F)
{
    public static LineRow Of(OverviewLine line)
    {
        var flags = LineOddities.Summary(line.Flags, line.BodyCut);
        return new LineRow(
            PlaceOf(line).ToString(),
            line.Timestamp.ToUnixTimeMilliseconds(),
            SeverityBands.Name(SeverityBands.Of(line.SeverityNumber)),
            DisplayText.Clean(line.Service),
            DisplayText.Clean(line.Body),
            flags.Length == 0 ? null : flags);
    }

    // Where the line stands, as text: neither number fits a JavaScript one.
    private static LogCursor PlaceOf(OverviewLine line) => new(LogTimestamp.From(line.Timestamp).UnixMicroseconds, line.Id);
}
