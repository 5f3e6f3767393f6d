namespace LogConsole.Access.Users;

/// <summary>A person who may sign in, without the password's hash.</summary>
/// <param name="Name">As <see cref="UserName"/> writes it.</param>
/// <param name="HasPassword">False until the user has opened the link that was sent.</param>
/// <param name="SecurityStamp">Changes with everything that must end the sessions there are.</param>
/// <param name="TimeZone">An IANA name; null for the browser's.</param>
/// <param name="Theme"><c>dark</c> or <c>light</c>; null for the browser's.</param>
public sealed record UserAccount(
    int Id, string Name, AccessRole Role, bool HasPassword, Guid SecurityStamp, bool Disabled, string? TimeZone, string? Theme,
    DateTimeOffset CreatedAt, DateTimeOffset? SignedInAt)
{
    /// <summary>Until when the name is locked after wrong passwords; told in lists only, null elsewhere.</summary>
    public DateTimeOffset? LockedUntil { get; init; }

    /// <summary>Whether the user may sign in, in a word or two.</summary>
    /// <param name="when">Writes the end of a lock.</param>
    public string StateAt(DateTimeOffset now, Func<DateTimeOffset, string> when) =>
        Disabled ? "disabled" : LockedUntil is { } until && until > now ? $"locked until {when(until)}" : HasPassword ? "active" : "invited";
}

/// <summary>How users are named: 1 to 64 letters, digits and <c>. _ - + @</c> of ASCII, so that no two names look alike; always lower case.</summary>
public static class UserName
{
    private const int MaxLength = 64;

    /// <summary>The rule, for people.</summary>
    public const string Rule = "A name has 1 to 64 letters, digits or . _ - + @, such as ann or ann@example.com.";

    /// <summary>The name as it is stored; null when it breaks the rule.</summary>
    public static string? Parse(string? text)
    {
        var name = text?.Trim().ToLowerInvariant() ?? "";
        return name.Length is > 0 and <= MaxLength && name != AccessUser.Local
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '+' or '@')
            ? name
            : null;
    }
}
