namespace LogConsole.Logs;

/// <summary>Which segments have to go. Pure.</summary>
internal static class RetentionPlan
{
    /// <summary>
    /// Oldest first: closed segments whose newest row arrived before the age limit, then further ones until the rest fits the byte limit.
    /// The open segment is never dropped.
    /// </summary>
    /// <param name="segments">Oldest first, with the bytes each takes on disk, indexes included.</param>
    public static IReadOnlyList<LogSegment> ToDrop(IReadOnlyList<(LogSegment Segment, long DiskBytes)> segments, LogsOptions limits, DateTimeOffset now)
    {
        var drop = new List<LogSegment>();
        var left = segments.Sum(item => item.DiskBytes);
        foreach (var (segment, bytes) in segments.Where(item => item.Segment.ClosedAt is not null))
        {
            var tooOld = (segment.LastArrival ?? segment.ClosedAt) < now - limits.RetentionAge;
            if (!tooOld && left <= limits.RetentionBytes)
            {
                continue;
            }

            drop.Add(segment);
            left -= bytes;
        }

        return drop;
    }
}
