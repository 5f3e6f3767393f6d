using System.Security.Cryptography;
using System.Text;

namespace LogConsole.Access.Keys;

/// <summary>
/// The text of a stored key, <c>lc_2mJ8xQ4Z_…43 characters…</c>: a public part that finds the row without asking it for a secret's beginning,
/// and 256 random bits. The first letters let scanners of source code find a key that was left there.
/// </summary>
internal static class ApiKeySecret
{
    private const string Prefix = "lc_";
    private const int LookupLength = 8;
    private const int SecretLength = 43;
    private const string Letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>A new key.</summary>
    public static string Make() =>
        $"{Prefix}{RandomNumberGenerator.GetString(Letters, LookupLength)}_{RandomNumberGenerator.GetString(Letters, SecretLength)}";

    /// <summary>The public part; null when this is no key of ours.</summary>
    public static string? LookupOf(string key) =>
        key.Length == Prefix.Length + LookupLength + 1 + SecretLength && key.StartsWith(Prefix, StringComparison.Ordinal) && key[Prefix.Length + LookupLength] == '_'
            ? key.Substring(Prefix.Length, LookupLength)
            : null;

    /// <summary>What is stored. Random keys need no slow hash.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
