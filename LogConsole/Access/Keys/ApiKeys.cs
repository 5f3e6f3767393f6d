using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using LogConsole.Storage;
using Microsoft.Extensions.Options;

namespace LogConsole.Access.Keys;

/// <summary>
/// Who a key is: the configured keys, and the stored ones as of a few seconds ago, in memory, since senders ask thousands of times a second.
/// While the database is away the last that was known counts. Thread-safe.
/// </summary>
internal sealed class ApiKeys : IDisposable
{
    // How long a key that was revoked on another instance or by the command line may still work.
    private static readonly TimeSpan s_maxAge = TimeSpan.FromSeconds(5);
    private static readonly byte[] s_nobodys = RandomNumberGenerator.GetBytes(SHA256.HashSizeInBytes);

    private readonly (byte[] Hash, ApiKey Key)[] _configured;
    private readonly ApiKeyStore _store;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _reading = new(1);
    private readonly ConcurrentDictionary<int, DateTimeOffset> _uses = new();
    private volatile Snapshot? _snapshot;
    private volatile bool _unreadable;

    public ApiKeys(IOptions<AccessOptions> options, ApiKeyStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
        _configured = [.. options.Value.ApiKeys.Select(key =>
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key.Key));
            return (hash, new ApiKey(null, key.Name, AccessScopes.Parse(key.Scopes), FingerprintOf(hash)));
        })];
    }

    /// <summary>The configured keys: shown, and changed where they are configured.</summary>
    public IEnumerable<ApiKey> Configured => _configured.Select(known => known.Key);

    /// <summary>The stored keys could not be read yet: a key that is not found may still be one.</summary>
    public bool IsIncomplete => _unreadable;

    /// <summary>The key of a secret, or null. Takes the same time whichever of the configured keys it is, or none.</summary>
    public async ValueTask<ApiKey?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = ApiKeySecret.HashOf(secret);
        ApiKey? found = null;
        foreach (var (known, key) in _configured)
        {
            found = CryptographicOperations.FixedTimeEquals(known, hash) ? key : found;
        }

        if (found is not null || ApiKeySecret.LookupOf(secret) is not { } lookup)
        {
            return found;
        }

        var stored = (await ReadAsync(cancellationToken).ConfigureAwait(false))?.ByLookup.GetValueOrDefault(lookup);
        if (!CryptographicOperations.FixedTimeEquals(stored?.Hash ?? s_nobodys, hash) || stored is null || stored.ExpiresAt <= _time.GetUtcNow())
        {
            return null;
        }

        _uses[stored.Key.Id!.Value] = _time.GetUtcNow();
        return stored.Key;
    }

    /// <summary>Whether a key still works with the same secret.</summary>
    public async ValueTask<bool> IsCurrentAsync(string name, string fingerprint, CancellationToken cancellationToken)
    {
        if (Array.Exists(_configured, key => key.Key.Name == name && key.Key.Fingerprint == fingerprint))
        {
            return true;
        }

        var keys = (await ReadAsync(cancellationToken).ConfigureAwait(false))?.ByLookup.Values ?? [];
        return keys.Any(stored => stored.Key.Name == name && stored.Key.Fingerprint == fingerprint && !(stored.ExpiresAt <= _time.GetUtcNow()));
    }

    /// <summary>Keys were changed here: the next question is asked anew.</summary>
    public void Forget() => _snapshot = _snapshot is { } snapshot ? snapshot with { ReadAt = DateTimeOffset.MinValue } : null;

    /// <summary>Takes what was used since the last call.</summary>
    public IReadOnlyList<KeyValuePair<int, DateTimeOffset>> TakeUses()
    {
        var taken = new List<KeyValuePair<int, DateTimeOffset>>();
        foreach (var id in _uses.Keys)
        {
            if (_uses.TryRemove(id, out var at))
            {
                taken.Add(new(id, at));
            }
        }

        return taken;
    }

    public void Dispose() => _reading.Dispose();

    private async ValueTask<Snapshot?> ReadAsync(CancellationToken cancellationToken)
    {
        if (IsFresh(_snapshot))
        {
            return _snapshot;
        }

        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsFresh(_snapshot))
            {
                return _snapshot;
            }

            var now = _time.GetUtcNow();
            try
            {
                var keys = await _store.ActiveAsync(cancellationToken).ConfigureAwait(false);
                _snapshot = new Snapshot(
                    now,
                    keys.ToFrozenDictionary(
                        key => key.Key.Lookup,
                        key => new Stored(new ApiKey(key.Key.Id, key.Key.Name, key.Key.Scopes, FingerprintOf(key.Hash)), key.Hash, key.Key.ExpiresAt),
                        StringComparer.Ordinal));
                _unreadable = false;
            }
            catch (Exception e) when (e is DatabaseUnavailableException || DatabaseFaults.IsAway(e))
            {
                // Not asked again with every request while the database is away.
                _unreadable = _snapshot is null;
                _snapshot = _snapshot is { } last ? last with { ReadAt = now } : null;
            }

            return _snapshot;
        }
        finally
        {
            _reading.Release();
        }
    }

    private bool IsFresh(Snapshot? snapshot) => snapshot is not null && _time.GetUtcNow() - snapshot.ReadAt < s_maxAge;

    // The fingerprint travels in cookies and circuits: it is no hash a stolen table could be compared with.
    private static string FingerprintOf(byte[] hash) => Convert.ToHexString(SHA256.HashData(hash));

    private sealed record Snapshot(DateTimeOffset ReadAt, FrozenDictionary<string, Stored> ByLookup);

    private sealed record Stored(ApiKey Key, byte[] Hash, DateTimeOffset? ExpiresAt);
}
