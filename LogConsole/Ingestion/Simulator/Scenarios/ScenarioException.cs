namespace LogConsole.Ingestion.Simulator.Scenarios;

/// <summary>A scenario file cannot be used; every fault is told with file, line and key.</summary>
internal sealed class ScenarioException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>One sentence each: <c>shop.yml(12): messages.web.access.level: …</c>.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
