using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace LogConsole.Access;

/// <summary>A configured key without its secret.</summary>
/// <param name="Fingerprint">Changes when the secret does; tells nothing about it.</param>
internal sealed record ApiKey(string Name, IReadOnlyList<string> Scopes, string Fingerprint);

/// <summary>The configured keys, by the SHA-256 of their secrets. Thread-safe.</summary>
internal sealed class ApiKeys
{
    private readonly (byte[] Hash, ApiKey Key)[] _keys;

    public ApiKeys(IOptions<AccessOptions> options)
    {
        _keys = [.. options.Value.ApiKeys.Select(key =>
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key.Key));
            return (hash, new ApiKey(key.Name, AccessScopes.Parse(key.Scopes), Convert.ToHexString(SHA256.HashData(hash))));
        })];
    }

    /// <summary>The key of a secret, or null. Takes the same time whichever key it is, or none.</summary>
    public ApiKey? Find(string secret)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(secret));
        ApiKey? found = null;
        foreach (var (known, key) in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(known, hash) ? key : found;
        }

        return found;
    }

    /// <summary>Whether a signed-in browser's key is still configured with the same secret.</summary>
    public bool IsCurrent(string name, string fingerprint) => Array.Exists(_keys, key => key.Key.Name == name && key.Key.Fingerprint == fingerprint);
}
