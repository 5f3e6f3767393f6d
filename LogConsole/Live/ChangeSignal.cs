namespace LogConsole.Live;

/// <summary>A version that counts up, and a way to wait for the next one. Thread-safe.</summary>
public sealed class ChangeSignal
{
    private readonly Lock _lock = new();
    private long _version;
    private TaskCompletionSource _next = New();

    /// <summary>Counts the raises.</summary>
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

    /// <summary>Completes at the first raise after <paramref name="version"/>; at once when there was one.</summary>
    public Task WhenChangedAsync(long version, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _version > version ? Task.CompletedTask : _next.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Wakes everybody who waits. Never blocks on them.</summary>
    public void Raise()
    {
        TaskCompletionSource raised;
        lock (_lock)
        {
            _version++;
            raised = _next;
            _next = New();
        }

        raised.SetResult();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
