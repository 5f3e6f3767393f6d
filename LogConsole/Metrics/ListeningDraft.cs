namespace LogConsole.Metrics;

/// <summary>
/// Turns looks at "are the doors open" into spans, and keeps those that are not written yet. Pure; one thread at a time.
/// A span reaches from the first look that found them open to the last one: what lies between two looks that differ is not counted.
/// </summary>
internal sealed class ListeningDraft(TimeSpan longestStep)
{
    // While the database is away the doors are closed, so no spans gather; the limit is for doors that flap while it refuses to be written to.
    private const int MaxUnwritten = 1_000;

    private readonly List<ListeningSpan> _closed = [];
    private ListeningSpan? _open;

    /// <summary>What has to be written: the closed spans and the open one as far as it is known; oldest first.</summary>
    public IReadOnlyList<ListeningSpan> Unwritten => _open is { } open ? [.. _closed, open] : [.. _closed];

    /// <summary>
    /// A look. A clock that went back, or a step so long that the process cannot have run meanwhile (a suspended machine), ends the span.
    /// Returns true when a span began or ended.
    /// </summary>
    public bool Look(bool listening, DateTimeOffset now)
    {
        var changed = false;
        if (_open is { } open && (!listening || now < open.Until || now - open.Until > longestStep))
        {
            Close(open);
            changed = true;
        }

        if (listening)
        {
            changed |= _open is null;
            _open = new ListeningSpan(_open?.Since ?? now, now, Ended: false);
        }

        return changed;
    }

    /// <summary>The doors closed at this very moment.</summary>
    public void End(DateTimeOffset at)
    {
        if (_open is { } open)
        {
            Close(at >= open.Until && at - open.Until <= longestStep ? open with { Until = at } : open);
        }
    }

    /// <summary>These are written.</summary>
    public void Written(IReadOnlyList<ListeningSpan> spans) => _closed.RemoveAll(spans.Contains);

    /// <summary>What was is void; the next look begins anew.</summary>
    public void Forget()
    {
        _closed.Clear();
        _open = null;
    }

    private void Close(ListeningSpan span)
    {
        _open = null;
        _closed.Add(span with { Ended = true });
        if (_closed.Count > MaxUnwritten)
        {
            _closed.RemoveAt(0);
        }
    }
}
