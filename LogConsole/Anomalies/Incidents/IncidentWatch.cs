using LogConsole.Live;
using LogConsole.Storage;
using Npgsql;

namespace LogConsole.Anomalies.Incidents;

/// <summary>
/// Tells when incidents, their explanations or services' conditions changed, on whichever instance. The committed clock is asked at most
/// once a second, and only while somebody waits; what this instance changes is told at once. Thread-safe.
/// </summary>
public sealed class IncidentWatch(Database database, TimeProvider time)
{
    /// <summary>Part of every transaction that changes what is watched.</summary>
    internal const string TickSql = "update incident_clock set version = version + 1";

    private const string VersionSql = "select version from incident_clock";

    private static readonly TimeSpan s_ask = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ChangeSignal _changes = new();
    private Task<long>? _asking;

    // The changes of this instance that the last question has seen; null before the first. One question is asked at a time.
    private long? _seen;

    /// <summary>The version committed now; it only grows. Throws what the database throws.</summary>
    public async Task<long> ReadVersionAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(VersionSql, connection);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is long version ? version : 0;
    }

    /// <summary>Returns the version as soon as it differs from <paramref name="known"/>. A database that is away is waited for.</summary>
    public async Task<long> WaitForChangeAsync(long known, CancellationToken cancellationToken)
    {
        while (true)
        {
            var version = await SharedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            if (version >= 0 && version != known)
            {
                return version;
            }
        }
    }

    /// <summary>This instance has committed a change: whoever waits looks at once.</summary>
    internal void Raise() => _changes.Raise();

    // All who wait share one question.
    private Task<long> SharedAsync()
    {
        lock (_lock)
        {
            return _asking is { IsCompleted: false } asking ? asking : _asking = AskAsync();
        }
    }

    private async Task<long> AskAsync()
    {
        if (_seen is { } seen)
        {
            using var over = new CancellationTokenSource();
            await Task.WhenAny(_changes.WhenChangedAsync(seen, over.Token), Task.Delay(s_ask, time, over.Token)).ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
        }

        // What changes while the answer is on its way may not be in it: then the next question is asked at once.
        _seen = _changes.Version;
        try
        {
            return await ReadVersionAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or DatabaseUnavailableException or TimeoutException)
        {
            return -1;
        }
    }
}
