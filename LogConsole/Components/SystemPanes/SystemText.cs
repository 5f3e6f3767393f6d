using LogConsole.Ingestion;
using LogConsole.Overview;
using LogConsole.Pipeline;

namespace LogConsole.Components.SystemPanes;

/// <summary>How the console's own state reads.</summary>
internal static class SystemText
{
    /// <summary>The pipeline's condition in a word.</summary>
    public static string Word(PipelineCondition condition) => condition switch
    {
        PipelineCondition.Starting => "Starting",
        PipelineCondition.Running => "Running",
        PipelineCondition.Retrying => "Retrying",
        PipelineCondition.Paused => "Paused",
        _ => "Stopped",
    };

    /// <summary>How much attention the condition asks for.</summary>
    public static StatusLevel Level(PipelineCondition condition) => condition switch
    {
        PipelineCondition.Running => StatusLevel.Calm,
        PipelineCondition.Starting => StatusLevel.Warn,
        _ => StatusLevel.Bad,
    };

    /// <summary>From four fifths on a queue is worth a look; when full, sources wait.</summary>
    public static StatusLevel OfShare(double share) => share >= 1 ? StatusLevel.Bad : share >= 0.8 ? StatusLevel.Warn : StatusLevel.Calm;

    /// <summary>How long ago; a clock ahead of ours is now.</summary>
    public static string Ago(DateTimeOffset moment, DateTimeOffset now) => $"{Format.Duration(Math.Max(0, (now - moment).TotalSeconds))} ago";

    /// <summary>An event-time lag: how far behind, or ahead of, our clock.</summary>
    public static string Lag(double? seconds) => seconds switch
    {
        null => "–",
        < -1 => $"{Format.Duration(-seconds.Value)} ahead",
        _ => Format.Duration(Math.Max(0, seconds.Value)),
    };

    /// <summary>Reasons with their counts, for people: <c>too large: 3, not JSON: 1</c>; null when there are none.</summary>
    public static string? Reasons(IReadOnlyDictionary<string, long> reasons) => reasons.Count == 0
        ? null
        : string.Join(", ", reasons.OrderByDescending(reason => reason.Value).ThenBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => $"{DisplayText.Clean(reason.Key).Replace('_', ' ')}: {Format.Count(reason.Value)}"));

    /// <summary>What came of a replay, in one sentence.</summary>
    public static string Replayed(DeadLetterReplayReply reply)
    {
        var parts = new List<string>();
        void Add(int count, string what)
        {
            if (count != 0)
            {
                parts.Add($"{Format.Count(count)} {what}");
            }
        }

        Add(reply.Replayed, "stored");
        Add(reply.Duplicates, "stored before");
        Add(reply.RefusedAgain, "refused again, with the new reason below");
        Add(reply.Unreadable, "not readable as a record, kept");
        var counted = parts.Count == 0 ? "" : $"{string.Join(", ", parts)}.";
        return reply.PutOff ? $"{counted} The queue is full or the database away: what is left stays and can be replayed later.".TrimStart()
            : counted.Length == 0 ? "Nothing was replayed: it is gone." : counted;
    }

    /// <summary>What retention drops next and when.</summary>
    public static string Next(SystemSnapshot snapshot, RetentionFigures kept, Func<DateTimeOffset, string> when)
    {
        var limits = snapshot.Limits;
        return kept.Next switch
        {
            null when kept.Segments == 0 => "Nothing is stored yet.",
            null => $"Nothing yet: the newest segment is still being written. It is closed after {Format.Duration(limits.SegmentAge.TotalSeconds)} or at its size.",
            { At: null } due => $"{due.Table} is due now: {Format.Count(due.Rows)} records, {Format.Bytes(due.DiskBytes)}.",
            { At: { } at } next => $"{next.Table} at {when(at)}, sooner when the tables reach {Format.Bytes(limits.RetentionBytes)}: {Format.Count(next.Rows)} records, {Format.Bytes(next.DiskBytes)}.",
        };
    }
}
