namespace LogConsole.Access.Keys;

/// <summary>A key that works, without its secret.</summary>
/// <param name="Id">Of the stored key; null for a configured one.</param>
/// <param name="Fingerprint">Changes when the secret does; tells nothing about it.</param>
internal sealed record ApiKey(int? Id, string Name, IReadOnlyList<string> Scopes, string Fingerprint);

/// <summary>A stored key as people see it.</summary>
/// <param name="Lookup">The part of the key that is no secret; finds it in somebody's configuration.</param>
/// <param name="ExpiresAt">Null: never.</param>
/// <param name="LastUsedAt">Up to half a minute behind; null: never.</param>
public sealed record StoredApiKey(
    int Id, string Lookup, string Name, IReadOnlyList<string> Scopes, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt,
    DateTimeOffset? LastUsedAt);

/// <summary>How keys are named: 1 to 64 letters, digits and <c>- _ .</c>.</summary>
public static class ApiKeyName
{
    private const int MaxLength = 64;

    /// <summary>The rule, to follow a subject.</summary>
    public const string Rule = "must be 1 to 64 letters, digits, '-', '_' or '.'";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && name != AccessUser.Local && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
