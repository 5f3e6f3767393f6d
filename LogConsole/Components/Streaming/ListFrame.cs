using LogConsole.Streaming;

namespace LogConsole.Components.Streaming;

/// <summary>What the list in the browser is sent. The kind says which members count.</summary>
/// <param name="Kind"><c>open</c>: a view from its beginning; <c>tail</c>: what came; <c>count</c>: what waits; <c>follow</c>; <c>line</c>: which one is open.</param>
internal sealed record ListFrame(string Kind)
{
    /// <summary>See <see cref="LineEncoder"/>: newest first in <c>open</c>, oldest first in <c>tail</c>.</summary>
    public byte[]? Rows { get; init; }

    /// <summary>Where the next page starts, or null at the end.</summary>
    public string? Next { get; init; }

    public bool TimedOut { get; init; }

    /// <summary>Whether lines keep coming.</summary>
    public bool Live { get; init; }

    public bool Paused { get; init; }

    /// <summary>Text to mark.</summary>
    public string? Mark { get; init; }

    /// <summary>The line that is open, or null.</summary>
    public string? Line { get; init; }

    /// <summary>Whether there are lines newer than these: the list begins around the line that is open.</summary>
    public bool HasNewer { get; init; }

    public long Gap { get; init; }

    public long Skipped { get; init; }

    public long Through { get; init; }

    public long Waiting { get; init; }

    public double Matching { get; init; }

    public double Showing { get; init; }

    public static ListFrame Tail(TailUpdate update) => new("tail")
    {
        Rows = LineEncoder.Join(update.Lines),
        Gap = update.Gap,
        Skipped = update.Skipped,
        Through = update.Through,
        Matching = update.Rate.Matching,
        Showing = update.Rate.Showing,
    };

    public static ListFrame Count(TailCount count) => new("count") { Waiting = count.Waiting, Matching = count.Rate.Matching, Showing = count.Rate.Showing };
}

/// <summary>A page of history as the list takes it.</summary>
internal sealed record PageFrame(byte[] Rows, string? Next, bool TimedOut)
{
    public static PageFrame Of(StreamPage page) => new(LineEncoder.Encode(page.Lines), page.Next?.ToString(), page.TimedOut);
}
