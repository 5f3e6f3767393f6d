namespace LogConsole.Patterns;

/// <summary>The answer of <c>GET /api/patterns</c>.</summary>
/// <param name="NextCursor">Null on the last page.</param>
public sealed record PatternPage(IReadOnlyList<PatternItem> Patterns, string? NextCursor);

/// <summary>One template with its count.</summary>
/// <param name="Id">A number as text.</param>
/// <param name="Template">Log text: hostile.</param>
/// <param name="Count">Records, in the range asked for.</param>
/// <param name="FirstSeen">Over all time, whatever the range.</param>
/// <param name="LastSeen">Over all time, whatever the range.</param>
public sealed record PatternItem(string Id, string Service, string Template, long Count, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);
