namespace LogConsole.Ingestion.Simulator;

/// <summary>What a page shows of the demo stream and lets people change. Thread-safe. Throws what the database throws.</summary>
public interface IDemoControl
{
    /// <summary>The state now.</summary>
    Task<SimulatorState> StateAsync(CancellationToken cancellationToken);

    /// <summary>Starts the stream, within a second; false when the settings forbid it.</summary>
    Task<bool> StartAsync(CancellationToken cancellationToken);

    /// <summary>Stops the stream and waits until nothing more of it comes.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>Changes what is given, also of the running stream. Values must be in the options' ranges.</summary>
    Task TuneAsync(int? eventsPerSecond, double? errorShare, long? seed, CancellationToken cancellationToken);

    /// <summary>Stops the stream and removes everything that came from it.</summary>
    Task ClearAsync(CancellationToken cancellationToken);
}
