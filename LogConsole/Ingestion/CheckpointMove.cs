namespace LogConsole.Ingestion;

/// <summary>
/// A source's position, moved in the rows' transaction by compare-and-swap: the commit fails for an owner
/// whose <paramref name="Epoch"/> or <paramref name="Expected"/> position is no longer the stored one.
/// </summary>
/// <param name="Source">The checkpoint's name, e.g. <c>file:/var/log/app.log</c>.</param>
/// <param name="Epoch">The ownership epoch under which the records were read.</param>
/// <param name="Expected">The position before these records; null when none is stored yet.</param>
/// <param name="Next">The position after them.</param>
public sealed record CheckpointMove(string Source, long Epoch, string? Expected, string Next);
