using System.Globalization;

namespace LogConsole.Components.SystemPanes;

/// <summary>Addresses of the System page: which dead letters are listed.</summary>
internal static class SystemQuery
{
    public const string BeforeName = "before";
    public const string LettersName = "letters";
    public const string AllLetters = "all";

    /// <summary>The address of a list of dead letters.</summary>
    /// <param name="before">Only ids below this; null for the newest.</param>
    public static string Format(bool all, long? before) => (all, before) switch
    {
        (false, null) => "system",
        (true, null) => $"system?{LettersName}={AllLetters}",
        (false, { } id) => string.Create(CultureInfo.InvariantCulture, $"system?{BeforeName}={id}"),
        (true, { } id) => string.Create(CultureInfo.InvariantCulture, $"system?{LettersName}={AllLetters}&{BeforeName}={id}"),
    };
}
