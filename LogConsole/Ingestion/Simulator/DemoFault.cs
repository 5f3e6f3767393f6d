namespace LogConsole.Ingestion.Simulator;

/// <summary>One fault of the demo stream, planned, under way or over.</summary>
/// <param name="Id">Its row; 0 before it has one.</param>
/// <param name="Kind">A kind of the scenario.</param>
/// <param name="Service">Where it has its root.</param>
/// <param name="From">Event time of its start.</param>
/// <param name="To">Event time of its end.</param>
/// <param name="Intensity">1 is as the scenario describes it.</param>
/// <param name="Seed">What its own randomness is derived from.</param>
/// <param name="IsScheduled">False for one that somebody asked for.</param>
public sealed record DemoFault(
    long Id, string Kind, string Service, DateTimeOffset From, DateTimeOffset To, double Intensity, long Seed, bool IsScheduled);
