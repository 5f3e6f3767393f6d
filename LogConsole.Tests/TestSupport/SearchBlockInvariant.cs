namespace LogConsole.Tests.TestSupport;

/// <summary>What must hold of search blocks at any time, however consoles were killed.</summary>
internal static class SearchBlockInvariant
{
    /// <summary>Counts segments of which some row belongs to no block, or to two.</summary>
    public const string SegmentsNotCoveredSql =
        """
        select count(*) from (select segment_id, sum(rows) as rows from log_segment_ranges group by segment_id) r
        full join (select segment_id, sum(rows) as rows from log_search_blocks group by segment_id) b using (segment_id)
        where r.rows is distinct from b.rows
        """;
}
