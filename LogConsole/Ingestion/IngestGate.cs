namespace LogConsole.Ingestion;

/// <summary>
/// Holds ingest on purpose, for named reasons (the disk is nearly full). While held the pipeline takes nothing and
/// doors tell their senders why (503), so nothing that was accepted is at risk. Thread-safe.
/// </summary>
public sealed class IngestGate
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _holds = new(StringComparer.Ordinal);
    private TaskCompletionSource _open = Opened();

    /// <summary>Why ingest is held, or null when it is not.</summary>
    public string? Reason
    {
        get
        {
            lock (_lock)
            {
                return _holds.Count == 0 ? null : string.Join("; ", _holds.Values);
            }
        }
    }

    /// <summary>Holds ingest, or changes the sentence of a hold.</summary>
    public void Hold(string name, string reason)
    {
        lock (_lock)
        {
            if (_holds.Count == 0)
            {
                _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            _holds[name] = reason;
        }
    }

    /// <summary>Ends a hold; without effect when there is none of that name.</summary>
    public void Release(string name)
    {
        lock (_lock)
        {
            if (_holds.Remove(name) && _holds.Count == 0)
            {
                _open.SetResult();
            }
        }
    }

    /// <summary>Waits until nothing holds ingest.</summary>
    public Task WhenOpenAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return _open.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }
}
