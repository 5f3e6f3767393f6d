namespace LogConsole.Ingestion.Simulator;

/// <summary>
/// What is stored of the stream and its faults, read at most once a second for all who ask, and anew after a change of this instance. Thread-safe.
/// Throws what the database throws.
/// </summary>
internal sealed class RecentState(Func<DateTimeOffset, CancellationToken, Task<RecentState.Known>> read) : IDisposable
{
    private static readonly TimeSpan s_kept = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _turn = new(1);
    private (Known Value, DateTimeOffset At, int Version)? _last;
    private int _version;

    /// <summary>What was read.</summary>
    /// <param name="Faults">Those that last now or are to come.</param>
    internal sealed record Known(StoredSimulatorState Stored, IReadOnlyList<DemoFault> Faults);

    /// <summary>What is stored, a second old at most.</summary>
    public async Task<Known> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // A change made while it is read makes what was read old.
            var version = Volatile.Read(ref _version);
            if (_last is not { } last || last.Version != version || now - last.At >= s_kept || now < last.At)
            {
                _last = last = (await read(now, cancellationToken).ConfigureAwait(false), now, version);
            }

            return last.Value;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>This instance has changed something.</summary>
    public void Forget() => Interlocked.Increment(ref _version);

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
