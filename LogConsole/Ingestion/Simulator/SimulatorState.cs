namespace LogConsole.Ingestion.Simulator;

/// <summary>The demo stream as <c>/api/simulator</c> shows it. Immutable.</summary>
/// <param name="Allowed">False when <c>Simulator:Enabled</c> is false: it does not start on request either.</param>
/// <param name="Running">It streams, on this instance or another.</param>
/// <param name="Held">Why it makes nothing although it runs; null when it does.</param>
/// <param name="RecordsSent">By this instance since its start.</param>
/// <param name="SkippedSeconds">Event time left out since then because ingest was held or too slow.</param>
/// <param name="DemoData">Records of the demo stream are stored.</param>
/// <param name="RealData">Others are or were stored.</param>
/// <param name="OfferClear">Both are: time to stop the demo and clear what it left.</param>
/// <param name="Active">Faults under way.</param>
/// <param name="Planned">Faults to come.</param>
/// <param name="Kinds">The faults that can be asked for.</param>
public sealed record SimulatorState(
    bool Allowed,
    bool Running,
    string? Held,
    int EventsPerSecond,
    double ErrorShare,
    long Seed,
    string Scenario,
    long RecordsSent,
    double SkippedSeconds,
    DateTimeOffset? StreamedUntil,
    bool DemoData,
    bool RealData,
    bool OfferClear,
    IReadOnlyList<DemoFault> Active,
    IReadOnlyList<DemoFault> Planned,
    IReadOnlyList<SimulatorFaultKind> Kinds);

/// <summary>A fault that can be asked for.</summary>
/// <param name="About">What happens, in a sentence.</param>
/// <param name="Services">Where; the first is the default.</param>
/// <param name="DurationSeconds">The default.</param>
public sealed record SimulatorFaultKind(string Kind, string About, IReadOnlyList<string> Services, double DurationSeconds);

/// <summary>What really happened: what detectors are measured against.</summary>
/// <param name="RootTemplates">The messages that only the fault brings, of the root service.</param>
/// <param name="Affected">Every service it shows in, the root first.</param>
public sealed record SimulatorTruth(
    string Id, string Kind, DateTimeOffset From, DateTimeOffset To, string RootService, IReadOnlyList<RootTemplate> RootTemplates, IReadOnlyList<string> Affected,
    double Intensity, bool Scheduled);

/// <summary>The shape of a message.</summary>
/// <param name="Text">With <c>&lt;*&gt;</c> for what varies.</param>
/// <param name="TemplateIds">The mined templates that cover it; empty while there are none.</param>
public sealed record RootTemplate(string Text, IReadOnlyList<string> TemplateIds);
