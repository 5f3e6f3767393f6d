namespace LogConsole.Access.Users;

/// <summary>What a password must be: long enough, and not what is guessed first (NIST SP 800-63B asks for length and a list, not for kinds of characters).</summary>
public static class PasswordRules
{
    /// <summary>Fewest characters.</summary>
    public const int MinLength = 10;

    /// <summary>Most characters: hashing longer ones is only work for the machine.</summary>
    public const int MaxLength = 256;

    private const int FewestDifferent = 5;

    private static readonly string[] s_guessedFirst = ["password", "passw0rd", "logconsole", "qwertyuiop", "1234567890", "letmein", "changeme", "administrator"];

    /// <summary>What is wrong with it, for people; null when nothing is.</summary>
    public static string? FaultOf(string password, string userName)
    {
        if (password.Length is < MinLength or > MaxLength)
        {
            return $"The password must have {MinLength} to {MaxLength} characters.";
        }

        if (password.Distinct().Count() < FewestDifferent)
        {
            return $"The password must have at least {FewestDifferent} different characters.";
        }

        var rest = s_guessedFirst.Append(userName).Aggregate(
            password, static (text, word) => word.Length > 2 ? text.Replace(word, "", StringComparison.OrdinalIgnoreCase) : text);
        return rest.Length < MinLength / 2 ? "The password is too easy to guess: it is little more than the name or a common word." : null;
    }
}
