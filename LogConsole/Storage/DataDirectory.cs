using Microsoft.Extensions.Options;

namespace LogConsole.Storage;

/// <summary>The folder that is this console's own: <see cref="StorageOptions.DataDirectory"/>, made absolute and held by a lock.</summary>
public sealed class DataDirectory(IOptions<StorageOptions> options, IHostEnvironment environment, TimeProvider time) : IDisposable
{
    private readonly DateTimeOffset _started = time.GetUtcNow();
    private ConsoleLock? _lock;

    /// <summary>Absolute.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.DataDirectory, environment.ContentRootPath);

    /// <summary>
    /// Creates the folder (closed to others) and takes its lock: called once, before anything touches the folder or listens.
    /// Throws <see cref="StartupException"/> when another console holds it or it cannot be used.
    /// </summary>
    public void Claim()
    {
        _lock ??= ConsoleLock.Take(Path);
        Describe("not serving yet");
    }

    /// <summary>Says in the lock file where this console serves.</summary>
    public void DescribeServing(IEnumerable<string> urls) => Describe("serving " + string.Join(", ", urls));

    public void Dispose() => _lock?.Dispose();

    private void Describe(string state) =>
        _lock?.Describe($"process {Environment.ProcessId} on {Environment.MachineName}, started {_started:yyyy-MM-dd HH:mm:ss} UTC, {state}");
}
