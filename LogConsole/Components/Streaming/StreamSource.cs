using System.Runtime.CompilerServices;
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

    // Clocks of senders may be a little ahead; what claims to be from further ahead shows as it arrives.
    private static readonly TimeSpan s_ahead = TimeSpan.FromMinutes(1);

    private ITailReader? _tail;
    private (TimeRange Range, StreamFilter Filter)? _shown;
    private bool _follow;

    /// <summary>The list shall go back to the newest lines and follow.</summary>
    public void AskToFollow() => _follow = true;

    /// <summary>The view is to be read again from its beginning.</summary>
    public void Forget() => _shown = null;

    /// <summary>The frames, until cancelled; a fixed range ends after its first.</summary>
    public async IAsyncEnumerable<ListFrame> FramesAsync(StreamQuery query, bool paused, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isLive = query.View.Range.IsLive;
        if (_shown != (query.View.Range, query.Filter))
        {
            _shown = null;
            _tail?.Dispose();
            _tail = isLive ? feed.OpenTail(query.Filter) : null;
            var page = await feed.PageAsync(query.Filter, PartOf(query), PageSize, cancellationToken);
            yield return new ListFrame("open")
            {
                Rows = LineEncoder.Encode(page.Lines),
                Next = page.Next?.ToString(),
                TimedOut = page.TimedOut,
                Live = isLive,
                Paused = paused,
                Mark = query.Filter.Text,
                Line = query.Line?.ToString(),
            };
            _shown = (query.View.Range, query.Filter);
            _follow = false;
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
                yield return ListFrame.Tail(update);
            }
        }
    }

    /// <summary>The page of history behind a place.</summary>
    public async Task<PageFrame> OlderAsync(StreamQuery query, LogCursor after, CancellationToken cancellationToken) =>
        PageFrame.Of(await feed.PageAsync(query.Filter, PartOf(query) with { After = after }, PageSize, cancellationToken));

    /// <summary>A page of what came between two records.</summary>
    public async Task<PageFrame> GapAsync(StreamQuery query, long afterId, long? beforeId, LogCursor? after, CancellationToken cancellationToken) =>
        PageFrame.Of(await feed.PageAsync(query.Filter, PartOf(query) with { After = after, AfterId = afterId, BeforeId = beforeId }, GapPage, cancellationToken));

    /// <inheritdoc/>
    public void Dispose() => _tail?.Dispose();

    private StreamPart PartOf(StreamQuery query)
    {
        var now = time.GetUtcNow();
        return query.View.Range is { From: { } from, To: { } to } ? new StreamPart(from, to) : new StreamPart(now - query.View.Range.Length, now + s_ahead);
    }
}
