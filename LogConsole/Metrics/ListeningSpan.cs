using System.Runtime.InteropServices;

namespace LogConsole.Metrics;

/// <summary>A stretch of our clock in which a console took records: [Since, Until].</summary>
/// <param name="Ended">False while it may go on: the console was alive at <paramref name="Until"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ListeningSpan(DateTimeOffset Since, DateTimeOffset Until, bool Ended);

/// <summary>The time in which at least one console took records. Immutable.</summary>
public sealed class ListenedTime
{
    /// <summary>
    /// The newest heartbeat of a live console is at most this old (an interval and as much again for a busy database): until then
    /// its span is taken to go on. A console that was killed is known to be gone after it.
    /// </summary>
    internal static readonly TimeSpan Patience = 2 * Listening.Heartbeat;

    private const double Nearly = 0.9;

    private readonly List<ListeningSpan> _spans = []; // apart and in order

    /// <summary>Joins what is known of all consoles.</summary>
    /// <param name="spans">In any order; those of several consoles may overlap.</param>
    /// <param name="now">Spans that have not ended and were alive just now reach to here.</param>
    public ListenedTime(IEnumerable<ListeningSpan> spans, DateTimeOffset now)
    {
        foreach (var span in spans.OrderBy(span => span.Since))
        {
            var until = !span.Ended && span.Until >= now - Patience && span.Until < now ? now : span.Until;
            if (_spans.Count != 0 && span.Since <= _spans[^1].Until)
            {
                _spans[^1] = _spans[^1] with { Until = until > _spans[^1].Until ? until : _spans[^1].Until };
            }
            else
            {
                _spans.Add(span with { Until = until });
            }
        }
    }

    /// <summary>How much of [from, to) there was a console to take records.</summary>
    public TimeSpan Within(DateTimeOffset from, DateTimeOffset to)
    {
        var sum = TimeSpan.Zero;
        for (var at = Math.Max(0, FirstAfter(from) - 1); at < _spans.Count && _spans[at].Since < to; at++)
        {
            var span = _spans[at];
            var (begin, end) = (Later(span.Since, from), Earlier(span.Until, to));
            sum += end > begin ? end - begin : TimeSpan.Zero;
        }

        return sum;
    }

    /// <summary>True when there was a console to take records at every moment of [from, to); false for an empty stretch.</summary>
    public bool Covers(DateTimeOffset from, DateTimeOffset to)
    {
        // The last span that begins at or before the start is the only one that can cover it.
        var after = FirstAfter(from);
        return from < to && after != 0 && _spans[after - 1].Until >= to;
    }

    /// <summary>
    /// True when there was a console to take records for nearly all of [from, to), nine tenths of it: what was counted then is told as that of the whole. The rest was
    /// too short to lose much, and senders that tried again have lost nothing. False for an empty stretch.
    /// </summary>
    public bool CoversNearly(DateTimeOffset from, DateTimeOffset to) => from < to && Within(from, to) >= (to - from) * Nearly;

    /// <summary>The stretches of [from, to) that consist of windows of which nearly all was listened to (<see cref="CoversNearly"/>), oldest first, none meeting another.</summary>
    /// <param name="window">Width of a window; windows are counted from the epoch.</param>
    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> WholeWindows(DateTimeOffset from, DateTimeOffset to, TimeSpan window)
    {
        var stretches = new List<(DateTimeOffset From, DateTimeOffset To)>();
        for (var at = Math.Max(0, FirstAfter(from) - 1); at < _spans.Count && _spans[at].Since < to; at++)
        {
            var begin = BucketWidth.Floor(Later(_spans[at].Since, from), window);
            begin = begin < from || !CoversNearly(begin, begin + window) ? begin + window : begin;
            var end = BucketWidth.Floor(Earlier(_spans[at].Until, to), window);
            end = end + window <= to && CoversNearly(end, end + window) ? end + window : end;
            if (stretches.Count != 0 && begin <= stretches[^1].To)
            {
                stretches[^1] = (stretches[^1].From, Later(end, stretches[^1].To));
            }
            else if (begin < end)
            {
                stretches.Add((begin, end));
            }
        }

        return stretches;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    // The index of the first span that begins after a moment.
    private int FirstAfter(DateTimeOffset moment)
    {
        var (low, high) = (0, _spans.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _spans[middle].Since <= moment ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
