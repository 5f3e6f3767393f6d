using LogConsole.Storage;

namespace LogConsole.Overview;

/// <summary>
/// One question put to the stores for all who ask it: it is asked again only for another version, or when the answer is older than wanted.
/// Thread-safe: one read at a time.
/// </summary>
/// <param name="version">The committed version, read before the answer, so that no change falls between.</param>
internal sealed class SharedRead<T>(Func<CancellationToken, Task<T>> read, Func<CancellationToken, Task<long>> version, Database database, TimeProvider time) : IDisposable
    where T : class
{
    private readonly SemaphoreSlim _turn = new(1);
    private Reading<T>? _last;

    /// <summary>Who asks; guarded by the feed.</summary>
    public int Watchers { get; set; }

    /// <summary>The answer; the same instance as before when it was not asked again. A database that is away is an answer too.</summary>
    /// <param name="wanted">The version wanted; null for any.</param>
    public async Task<Reading<T>> ReadAsync(long? wanted, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if (_last is { Away: null } last && (wanted is null || wanted == last.Version) && now - last.ReadAt < maxAge)
            {
                return last;
            }

            var at = await version(cancellationToken).ConfigureAwait(false);
            return _last = new Reading<T>(await read(cancellationToken).ConfigureAwait(false), now, null) { Version = at };
        }
        catch (Exception e) when (e is Npgsql.NpgsqlException or DatabaseUnavailableException or TimeoutException && !cancellationToken.IsCancellationRequested)
        {
            var away = database.Status is { IsReady: false } status ? status
                : _last?.Away ?? new DatabaseStatus(DatabaseCondition.Away, time.GetUtcNow(), DatabaseFaults.Describe(e));
            return _last = new Reading<T>(_last?.Value, _last?.ReadAt, away);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
