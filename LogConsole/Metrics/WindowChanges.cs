using LogConsole.Pipeline;

namespace LogConsole.Metrics;

/// <summary>
/// Which windows this instance's commits have touched, and when the last one was: readers that keep what they read re-read only those.
/// Thread-safe; remembers the last <see cref="Kept"/> distinct windows.
/// </summary>
public sealed class WindowChanges : IPipelineState
{
    private const int Kept = 4_096;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _versionOf = []; // [window] → version of its last change
    private long _version;
    private long _forgottenVersion;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Counts up with every commit.</summary>
    public long Version
    {
        get
        {
            lock (_lock)
            {
                return _version;
            }
        }
    }

    /// <summary>
    /// The windows changed after <paramref name="version"/>, in no order; null when too much has been forgotten and everything must be read.
    /// </summary>
    public IReadOnlyList<long>? Since(long version)
    {
        lock (_lock)
        {
            if (version < _forgottenVersion)
            {
                return null;
            }

            return [.. _versionOf.Where(item => item.Value > version).Select(item => item.Key)];
        }
    }

    /// <summary>Completes at the first commit after <paramref name="version"/>.</summary>
    public Task WhenChangedAsync(long version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _version > version ? Task.CompletedTask : _next.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Everything may have changed: who kept what it read reads all of it again.</summary>
    public Task LoadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _versionOf.Clear();
            _forgottenVersion = _version + 1;
        }

        Raise();
        return Task.CompletedTask;
    }

    internal void Mark(long window)
    {
        lock (_lock)
        {
            _versionOf[window] = _version + 1;
        }
    }

    internal void Raise()
    {
        TaskCompletionSource raised;
        lock (_lock)
        {
            _version++;
            if (_versionOf.Count > Kept)
            {
                _versionOf.Clear();
                _forgottenVersion = _version;
            }

            raised = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        raised.SetResult();
    }
}
