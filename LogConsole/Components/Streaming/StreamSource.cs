using System.Runtime.CompilerServices;
using LogConsole.Ingestion;
using LogConsole.Logs;
using LogConsole.Overview;
using LogConsole.Streaming;

namespace LogConsole.Components.Streaming;

/// <summary>
/// What one page shows, one frame after the other: a view from its newest lines on, then its live end, or only counts while it is paused.
/// Keeps its place in the live end from one enumeration to the next, so that pausing, hiding and a lost connection lose nothing silently.
/// Used on the circuit's dispatcher.
/// </summary>
internal sealed class StreamSource(IStreamFeed feed, TimeProvider time) : IDisposable
{
    private const int PageSize = 200;
    private const int GapPage = 1_000;
    private const int WantedNewer = 50;
    private const int MostPages = 20;

    // How far lines next to another are looked for: a busy view has them at once, a quiet one far away.
    private static readonly TimeSpan[] s_reach =
        [TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(4), TimeSpan.FromHours(2), TimeSpan.MaxValue];

    // Clocks of senders may be a little ahead; what claims to be from further ahead shows as it arrives.
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(1);

    private ITailReader? _tail;
    private (TimeRange Range, StreamFilter Filter)? _shown;
    private bool _follow;
    private bool _fromNewest;

    /// <summary>The list shall go back to the newest lines and follow.</summary>
    public void AskToFollow() => _follow = true;

    /// <summary>The view is to be read again from its newest lines on, whichever line is open.</summary>
    public void Forget() => (_shown, _fromNewest) = (null, true);

    /// <summary>The frames, until cancelled; a fixed range ends after its first.</summary>
    public async IAsyncEnumerable<ListFrame> FramesAsync(StreamQuery query, bool paused, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isLive = query.View.Range.IsLive;
        if (_shown != (query.View.Range, query.Filter))
        {
            _shown = null;
            _tail?.Dispose();
            _tail = isLive ? feed.OpenTail(query.Filter) : null;
            var frame = await OpenAsync(query, cancellationToken);
            yield return frame with { Live = isLive, Paused = paused, Mark = query.Filter.Text, Line = query.Line?.ToString() };
            _shown = (query.View.Range, query.Filter);
            _follow = _fromNewest = false;
        }

        if (_follow)
        {
            yield return new ListFrame("follow");
            _follow = false;
        }

        if (_tail is null)
        {
            yield break;
        }

        if (paused)
        {
            await foreach (var count in _tail.CountsAsync(cancellationToken))
            {
                yield return ListFrame.Count(count);
            }
        }
        else
        {
            await foreach (var update in _tail.LinesAsync(cancellationToken))
            {
                if (update.IsReset)
                {
                    // Some of what is stored was deleted, perhaps all of it: the list begins anew with what is left.
                    var left = await OpenAsync(query with { Line = null }, cancellationToken);
                    yield return left with { Live = isLive, Paused = paused, Mark = query.Filter.Text, Line = query.Line?.ToString() };
                }

                yield return ListFrame.Tail(update);
            }
        }
    }

    /// <summary>The page of history behind a place.</summary>
    public async Task<PageFrame> OlderAsync(StreamQuery query, LogCursor after, CancellationToken cancellationToken) =>
        PageFrame.Of(await feed.PageAsync(query.Filter, PartOf(query) with { After = after }, PageSize, cancellationToken));

    /// <summary>The lines next to a place on its newer side; where the page says that it goes on, there are newer ones yet.</summary>
    public async Task<PageFrame> NewerAsync(StreamQuery query, LogCursor place, CancellationToken cancellationToken)
    {
        var (lines, hasMore) = await NewerLinesAsync(query.Filter, PartOf(query), place, cancellationToken);
        return new PageFrame(LineEncoder.Encode(lines), hasMore && lines.Count > 0 ? PlaceOf(lines[0]).ToString() : null, TimedOut: false);
    }

    /// <summary>A page of what came between two records.</summary>
    public async Task<PageFrame> GapAsync(StreamQuery query, long afterId, long? beforeId, LogCursor? after, CancellationToken cancellationToken) =>
        PageFrame.Of(await feed.PageAsync(query.Filter, PartOf(query) with { After = after, AfterId = afterId, BeforeId = beforeId }, GapPage, cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _tail?.Dispose();

    private static LogCursor PlaceOf(StreamLine line) => new(line.UnixMicroseconds, line.Id);

    private static bool IsNewer(LogCursor a, LogCursor b) => (a.UnixMicroseconds, a.Id).CompareTo((b.UnixMicroseconds, b.Id)) > 0;

    // From the newest lines on; around the open line when that is further back.
    private async Task<ListFrame> OpenAsync(StreamQuery query, CancellationToken cancellationToken)
    {
        var part = PartOf(query);
        var page = await feed.PageAsync(query.Filter, part, PageSize, cancellationToken);
        var (lines, hasNewer) = (page.Lines, false);
        if (!_fromNewest && query.Line is { } line && page.Next is { } end && IsNewer(end, line) && new LogTimestamp(line.UnixMicroseconds).ToDateTimeOffset() >= part.From)
        {
            page = await feed.PageAsync(query.Filter, part with { After = line with { Id = line.Id + 1 } }, PageSize, cancellationToken);
            (var newer, hasNewer) = await NewerLinesAsync(query.Filter, part, line, cancellationToken);
            lines = [.. newer, .. page.Lines];
        }

        return new ListFrame("open") { Rows = LineEncoder.Encode(lines), Next = page.Next?.ToString(), TimedOut = page.TimedOut, HasNewer = hasNewer };
    }

    // Pages come newest first: what stands next to the place is the end of the first stretch behind it that holds enough.
    private async Task<(IReadOnlyList<StreamLine> Lines, bool HasMore)> NewerLinesAsync(StreamFilter filter, StreamPart part, LogCursor place, CancellationToken cancellationToken)
    {
        var at = new LogTimestamp(place.UnixMicroseconds).ToDateTimeOffset();
        foreach (var reach in s_reach)
        {
            var isAll = part.To - at <= reach;
            var found = await WholeAsync(filter, new StreamPart(at, isAll ? part.To : at + reach), cancellationToken);
            var newer = found.Where(line => IsNewer(PlaceOf(line), place)).ToList();
            if (isAll || newer.Count >= WantedNewer)
            {
                return ([.. newer.TakeLast(PageSize)], !isAll || newer.Count > PageSize);
            }
        }

        return ([], false);
    }

    // The oldest lines of a stretch, as far back as the pages allow that are read at most.
    private async Task<IReadOnlyList<StreamLine>> WholeAsync(StreamFilter filter, StreamPart part, CancellationToken cancellationToken)
    {
        IReadOnlyList<StreamLine> before = [];
        for (var pages = 1; ; pages++)
        {
            var page = await feed.PageAsync(filter, part, GapPage, cancellationToken);
            if (page.Next is not { } next || pages == MostPages)
            {
                return [.. before, .. page.Lines];
            }

            (before, part) = (page.Lines, part with { After = next });
        }
    }

    private StreamPart PartOf(StreamQuery query)
    {
        var now = time.GetUtcNow();
        return query.View.Range is { From: { } from, To: { } to } ? new StreamPart(from, to) : new StreamPart(now - query.View.Range.Length, now + s_ahead);
    }
}
