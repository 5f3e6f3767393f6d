namespace LogConsole.Patterns;

/// <summary>What mining holds and what it had to give up, as of some moment.</summary>
/// <param name="TemplatesInMemory">Templates lines are matched with, of all services.</param>
/// <param name="ForgottenTemplates">
/// Templates forgotten because their service reached <see cref="DrainOptions.MaxClusters"/>, since the start. They stay stored.
/// </param>
/// <param name="CatchAllLines">
/// Lines that share the template <c>&lt;*&gt;</c> of their service because their batch brought more new templates than the service has
/// room for, since the start.
/// </param>
public readonly record struct PatternFigures(int TemplatesInMemory, long ForgottenTemplates, long CatchAllLines);
