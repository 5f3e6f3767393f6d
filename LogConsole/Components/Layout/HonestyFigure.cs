using System.Globalization;
using LogConsole.Overview;

namespace LogConsole.Components.Layout;

/// <summary>One figure of the honesty bar.</summary>
/// <param name="Name">Its key in the page.</param>
/// <param name="Value">With unit.</param>
/// <param name="Label">The words after the value.</param>
/// <param name="Explanation">What it counts and what to do about it.</param>
internal sealed record HonestyFigure(string Name, string Value, string Label, StatusLevel Level, string Explanation)
{
    /// <summary>The figures of a status, in the order of the bar.</summary>
    public static IReadOnlyList<HonestyFigure> Of(ConsoleStatus status) =>
    [
        new("received", $"{Format.Rate(status.ReceivedPerSecond)}/s", "received", StatusLevel.Calm,
            "Records accepted a second over all doors, mean of the last 10 s. Duplicates are not counted."),
        new("late", Format.Count(status.Late), "late", AnyIs(status.Late, StatusLevel.Warn),
            "Records stored in the last 15 min whose time window had already closed. They are in the log and in the counts; "
            + "what was concluded from their window before they came did not know them."),
        new("dropped", Format.Count(status.Dropped), "dropped", AnyIs(status.Dropped, StatusLevel.Bad),
            "Records lost in the last 15 min because a configured limit said so, such as a full spool. They are not stored. Zero is normal."),
        new("dead-letters", Format.Count(status.DeadLetters), status.DeadLetters == 1 ? "dead letter" : "dead letters",
            AnyIs(status.DeadLetters, StatusLevel.Warn),
            "Records the database or a pipeline stage refused. They are kept with their reason and can be replayed once it is fixed."),
        new("lag", status.LagSeconds is { } lag ? Format.Duration(lag) : "–", "lag", StatusLevels.OfLag(status.LagSeconds),
            "How long a record waits between its arrival and being stored. Pages show what is stored, so they are this far behind."),
    ];

    /// <summary>The worst level of all, the database's included.</summary>
    public static StatusLevel WorstOf(ConsoleStatus status) =>
        status.Database.IsReady && status.IngestPaused is null ? Of(status).Max(figure => figure.Level) : StatusLevel.Bad;

    /// <summary>What is read out when the level changes; changes only then, not with every figure.</summary>
    public static string Announcement(ConsoleStatus status)
    {
        if (!status.Database.IsReady)
        {
            return "The database is not reachable.";
        }

        if (status.IngestPaused is not null)
        {
            return "Ingest is paused.";
        }

        var troubled = Of(status).Where(figure => figure.Level != StatusLevel.Calm).Select(figure => figure.Label).ToList();
        return troubled.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"Needs a look: {string.Join(", ", troubled)}.");
    }

    private static StatusLevel AnyIs(long count, StatusLevel level) => count > 0 ? level : StatusLevel.Calm;
}
