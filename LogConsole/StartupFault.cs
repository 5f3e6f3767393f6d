namespace LogConsole;

/// <summary>
/// Where a service that finds out only after the web server listens that the console cannot go on says so:
/// the host stops, and the process ends with the first fault's exit code and sentence. Thread-safe.
/// </summary>
public sealed class StartupFault(IHostApplicationLifetime lifetime)
{
    private StartupException? _first;

    /// <summary>The first fault; null while there is none.</summary>
    public StartupException? First => Volatile.Read(ref _first);

    /// <summary>Keeps the fault if it is the first, and stops the host.</summary>
    public void Report(StartupException fault)
    {
        Interlocked.CompareExchange(ref _first, fault, null);
        lifetime.StopApplication();
    }
}
