namespace LogConsole.Patterns;

/// <summary>A template as people and other rooms see it: an immutable snapshot.</summary>
/// <param name="Id">For ever; positive.</param>
/// <param name="ServiceId">The service whose lines it was mined from.</param>
/// <param name="Text">
/// Tokens joined by single spaces, <c>&lt;*&gt;</c> where lines differ. Log text: hostile. May be empty: the template of empty messages.
/// </param>
/// <param name="Count">Records committed under it by this instance, on top of what was stored when the instance started.</param>
/// <param name="FirstSeen">Lowest event time.</param>
/// <param name="LastSeen">Highest event time.</param>
public sealed record LogTemplate(int Id, int ServiceId, string Text, long Count, DateTimeOffset FirstSeen, DateTimeOffset LastSeen);
