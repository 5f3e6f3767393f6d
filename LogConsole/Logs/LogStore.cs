using System.Diagnostics;
using LogConsole.Ingestion;
using LogConsole.Logs.Search;
using LogConsole.Metrics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace LogConsole.Logs;

/// <summary>
/// Records in PostgreSQL. A query with conditions first asks the rollups in which windows there is anything to find,
/// then reads only those, newest first, until the page is full or the time is up. A text or trace that the first rows do not have often enough
/// is looked for only where the blocks' filters let it be.
/// </summary>
internal sealed class LogStore(
    LogReader reader, LogLookup lookup, RollupStore rollups, SegmentCatalog segments, SearchBlocks blocks, IOptions<LogsOptions> options, TimeProvider time) : ILogStore
{
    // Windows looked up at once; the search goes on with the next ones when they do not fill the page.
    private const int WindowsAtOnce = 2_000;

    // A text search looks at this many candidates first and doubles with every step: enough for a page of what one line in a hundred has.
    private const long FirstCandidates = 10_000;

    // No step looks at more: each is one statement, and between two of them the time is looked at and what was searched is kept.
    private const long MaxCandidates = 500_000;

    // A page ends early when its rows are long, so that one answer stays within memory.
    private const long MaxPageCharacters = 8 << 20;

    /// <inheritdoc/>
    public async Task<LogPage> QueryAsync(LogFilter filter, int limit, LogCursor? after, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
        try
        {
            return await SearchAsync(filter, limit, after, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // Retention dropped a segment between the look at the list and the read: the new list does not have it.
            return await SearchAsync(filter, limit, after, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task<LogRow?> FindAsync(LogCursor place, CancellationToken cancellationToken) => lookup.FindAsync(place, cancellationToken);

    /// <inheritdoc/>
    public Task<LogRow?> FindAsync(long id, CancellationToken cancellationToken) => lookup.FindAsync(id, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LogRow>> NeighboursAsync(LogCursor place, int[]? serviceIds, int count, bool newer, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1_000);
        return lookup.NeighboursAsync(place, serviceIds, count, newer, cancellationToken);
    }

    private async Task<LogPage> SearchAsync(LogFilter filter, int limit, LogCursor? after, CancellationToken cancellationToken)
    {
        var search = new Search(filter, limit, after, time.GetTimestamp(), await segments.ListAsync(cancellationToken).ConfigureAwait(false));
        if (filter.ServiceIds is { Length: 0 })
        {
            return search.Page(timedOut: false);
        }

        if (!filter.IsCounted)
        {
            await ReadAsync(search, [new SearchRange(filter.From, filter.To)], cancellationToken).ConfigureAwait(false);
            return search.Page(timedOut: false);
        }

        return await SearchWindowsAsync(search, cancellationToken).ConfigureAwait(false);
    }

    private async Task<LogPage> SearchWindowsAsync(Search search, CancellationToken cancellationToken)
    {
        search.Candidates = search.Filter.IsUncounted ? FirstCandidates : search.Limit + 1L;
        var upper = search.Upper;
        while (true)
        {
            var windows = await WindowsAsync(search.Filter, upper, cancellationToken).ConfigureAwait(false);
            var (isLast, lowest) = (windows.Count < WindowsAtOnce, windows.Count == 0 ? upper : windows[^1].Start);
            for (var next = 0; next < windows.Count;)
            {
                if (search.HasBegun && search.NarrowedDownTo > lowest)
                {
                    if (!search.Filter.HasCounted && SearchBlocks.CanTell(search.Filter))
                    {
                        return await SearchBlocksAsync(search, cancellationToken).ConfigureAwait(false);
                    }

                    windows = await NarrowAsync(search, [.. windows.Skip(next)], cancellationToken).ConfigureAwait(false);
                    (search.NarrowedDownTo, next) = (lowest, 0);
                    continue;
                }

                if (await StepAsync(search, windows, ref next, cancellationToken).ConfigureAwait(false) is { } page)
                {
                    return page;
                }
            }

            if (isLast)
            {
                return search.Page(timedOut: false);
            }

            upper = lowest;
        }
    }

    // Nothing but a text or a trace is wanted, which the first rows do not have often enough: the rollups could only say that there are rows.
    private async Task<LogPage> SearchBlocksAsync(Search search, CancellationToken cancellationToken)
    {
        await foreach (var (windows, downTo) in blocks.WalkAsync(search.Filter, search.Segments, search.Filter.From, search.ReadDownTo, cancellationToken).ConfigureAwait(false))
        {
            for (var next = 0; next < windows.Count;)
            {
                if (await StepAsync(search, windows, ref next, cancellationToken).ConfigureAwait(false) is { } page)
                {
                    return page;
                }
            }

            search.ReadDownTo = downTo;
        }

        return search.Page(timedOut: false);
    }

    // Reads the next windows; gives the page when it is full, or the time is up.
    private ValueTask<LogPage?> StepAsync(
        Search search, IReadOnlyList<RollupWindow> windows, ref int next, CancellationToken cancellationToken)
    {
        var ranges = SearchPlan.Take(windows, ref next, search.Candidates);
        search.Candidates = Math.Min(search.Candidates * 2, MaxCandidates);
        return ReadStepAsync();

        async ValueTask<LogPage?> ReadStepAsync()
        {
            if (!await TryReadAsync(search, ranges, cancellationToken).ConfigureAwait(false))
            {
                return search.Page(timedOut: true, search.ReadDownTo);
            }

            return search.IsFull ? search.Page(timedOut: false)
                : time.GetElapsedTime(search.Started) > options.Value.QueryTimeout ? search.Page(timedOut: true, ranges[^1].From)
                : null;
        }
    }

    // The first rows are read as they are: what many lines have is found there, and asking the filters would only take time.
    private async Task<IReadOnlyList<RollupWindow>> NarrowAsync(
        Search search, IReadOnlyList<RollupWindow> windows, CancellationToken cancellationToken)
    {
        var (from, to) = (windows.Min(window => window.Start), windows.Max(window => window.End));
        search.Where = await blocks.WhereAsync(search.Filter, search.Segments, from, to, cancellationToken).ConfigureAwait(false);
        return search.Where is { } where ? SearchPlan.Within(windows, where) : windows;
    }

    // False when one read alone took longer than a query may: what was searched before it stands.
    private async Task<bool> TryReadAsync(Search search, List<SearchRange> ranges, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(search, ranges, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (NpgsqlException e) when (e.InnerException is TimeoutException && (search.Rows.Count != 0 || search.HasBegun))
        {
            return false;
        }
    }

    private Task<IReadOnlyList<RollupWindow>> WindowsAsync(LogFilter filter, DateTimeOffset upper, CancellationToken cancellationToken)
    {
        // Windows that begin before the range may still reach into it.
        var from = filter.From - DateTimeOffset.MinValue > BucketWidth.Thinned ? filter.From - BucketWidth.Thinned : filter.From;
        return filter.TemplateId is { } template
            ? rollups.WindowsWithTemplateAsync(from, upper, template, WindowsAtOnce, cancellationToken)
            : rollups.WindowsWithAsync(from, upper, filter.ServiceIds, filter.PossibleBands, WindowsAtOnce, cancellationToken);
    }

    private async Task ReadAsync(Search search, List<SearchRange> ranges, CancellationToken cancellationToken)
    {
        var unread = new List<SearchRange>();
        var lowest = search.ReadDownTo;
        foreach (var range in ranges)
        {
            var from = range.From > search.Filter.From ? range.From : search.Filter.From;
            var to = range.To < lowest ? range.To : lowest;
            if (from < to)
            {
                unread.Add(new SearchRange(from, to));
            }

            lowest = from < lowest ? from : lowest;
        }

        if (search.Where is { } where)
        {
            unread = SearchPlan.Common(unread, where);
        }

        var overlapping = search.Segments.Where(s => s.Rows != 0 && unread.Exists(range => s.From < range.To && s.To >= range.From)).ToList();
        if (overlapping.Count != 0)
        {
            await reader.ReadAsync(overlapping, search.Filter, unread, search.After, search.Limit + 1 - search.Rows.Count, search, cancellationToken).ConfigureAwait(false);
        }

        search.ReadDownTo = lowest;
    }

    // One row more than the limit is read: it tells whether there is a next page.
    private sealed record Search(LogFilter Filter, int Limit, LogCursor? After, long Started, IReadOnlyList<LogSegment> Segments) : ILogRowSink
    {
        private long _characters;

        public List<LogRow> Rows { get; } = [];

        /// <summary>Everything from here on has been read: windows of different widths may overlap.</summary>
        public DateTimeOffset ReadDownTo { get; set; } = Filter.To;

        /// <summary>Whether anything has been read.</summary>
        public bool HasBegun => ReadDownTo < Filter.To;

        /// <summary>How many rows that may match the next step looks at.</summary>
        public long Candidates { get; set; }

        /// <summary>From here on the filters of the blocks have been asked.</summary>
        public DateTimeOffset NarrowedDownTo { get; set; } = DateTimeOffset.MaxValue;

        /// <summary>Where in the windows at hand rows can be that match, newest first; null when nothing is known of it.</summary>
        public IReadOnlyList<SearchRange>? Where { get; set; }

        /// <summary>One row more than asked for, or as many characters as one answer may hold.</summary>
        public bool IsFull => Rows.Count > Limit || (_characters > MaxPageCharacters && Rows.Count > 1);

        public bool Add(LogRow row)
        {
            Rows.Add(row);
            _characters += row.Body.Length + (row.Attributes?.Length ?? 0) + (row.Resource?.Length ?? 0);
            return !IsFull;
        }

        /// <summary>
        /// Nothing at or beyond this can be on the page. Behind a place without a record, where a search was cut off, nothing of that moment is left:
        /// else the window before it would be read again for ever.
        /// </summary>
        public DateTimeOffset Upper
        {
            get
            {
                if (After is not { } after)
                {
                    return Filter.To;
                }

                var beyond = new LogTimestamp(after.UnixMicroseconds + (after.Id == 0 ? 0 : 1)).ToDateTimeOffset();
                return beyond < Filter.To ? beyond : Filter.To;
            }
        }

        public LogPage Page(bool timedOut, DateTimeOffset searchedTo = default)
        {
            if (IsFull)
            {
                var kept = Math.Min(Limit, Rows.Count - 1);
                var last = Rows[kept - 1];
                return new LogPage(Rows[..kept], new LogCursor(last.Timestamp.UnixMicroseconds, last.Id), timedOut);
            }

            Debug.Assert(!timedOut || searchedTo != default, "a search that was cut off says where");
            return new LogPage(Rows, timedOut ? CutOffAt(LogTimestamp.From(searchedTo).UnixMicroseconds) : null, timedOut);
        }

        // The read that was cut off may have given rows already, newest first: then the next page starts behind the last of them.
        private LogCursor CutOffAt(long searchedTo) =>
            Rows.Count != 0 && Rows[^1].Timestamp.UnixMicroseconds < searchedTo
                ? new LogCursor(Rows[^1].Timestamp.UnixMicroseconds, Rows[^1].Id)
                : new LogCursor(searchedTo, 0);
    }
}
