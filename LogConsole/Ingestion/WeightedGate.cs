namespace LogConsole.Ingestion;

/// <summary>
/// A bounded budget in records and bytes, first come first served. A request larger than the whole budget is let in when the gate is empty,
/// so nothing waits for ever. Thread-safe.
/// </summary>
internal sealed class WeightedGate(long maxRecords, long maxBytes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private long _records;
    private long _bytes;

    /// <summary>What is inside now: records, bytes and callers waiting.</summary>
    public (long Records, long Bytes, int Waiting) Level
    {
        get
        {
            lock (_lock)
            {
                return (_records, _bytes, _waiters.Count);
            }
        }
    }

    /// <summary>True once the weight is inside; false when <paramref name="patience"/> ran out first.</summary>
    public async ValueTask<bool> EnterAsync(long records, long bytes, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        Waiter waiter;
        lock (_lock)
        {
            if (_waiters.Count == 0 && HasRoom_NeedsLock(records, bytes))
            {
                Add_NeedsLock(records, bytes);
                return true;
            }

            waiter = new Waiter(records, bytes);
            _waiters.AddLast(waiter);
        }

        try
        {
            await waiter.Entered.Task.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return !TryGiveUp(waiter);
        }
        catch (OperationCanceledException)
        {
            if (!TryGiveUp(waiter))
            {
                Leave(records, bytes);
            }

            throw;
        }
    }

    /// <summary>Gives the weight back and lets in who fits next.</summary>
    public void Leave(long records, long bytes)
    {
        lock (_lock)
        {
            _records -= records;
            _bytes -= bytes;
            while (_waiters.First is { } first && HasRoom_NeedsLock(first.Value.Records, first.Value.Bytes))
            {
                _waiters.RemoveFirst();
                Add_NeedsLock(first.Value.Records, first.Value.Bytes);
                first.Value.Entered.SetResult();
            }
        }
    }

    private bool HasRoom_NeedsLock(long records, long bytes) =>
        (_records == 0 && _bytes == 0) || (_records + records <= maxRecords && _bytes + bytes <= maxBytes);

    private void Add_NeedsLock(long records, long bytes)
    {
        _records += records;
        _bytes += bytes;
    }

    // False when the waiter was let in meanwhile. Others behind a large one that gave up may fit now.
    private bool TryGiveUp(Waiter waiter)
    {
        bool removed;
        lock (_lock)
        {
            removed = _waiters.Remove(waiter);
        }

        if (removed)
        {
            Leave(0, 0);
        }

        return removed;
    }

    private sealed class Waiter(long records, long bytes)
    {
        public long Records { get; } = records;

        public long Bytes { get; } = bytes;

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
