using System.Text.RegularExpressions;

namespace LogConsole.Logs;

/// <summary>What a message looks like. Told from its text alone, so it holds for stored lines and live ones alike.</summary>
public enum MessageKind
{
    /// <summary>None of the others.</summary>
    Plain,

    /// <summary>One JSON object: begins and ends with a brace.</summary>
    Json,

    /// <summary>Carries a stack trace: frames that begin with <c>at</c>, a <c>Caused by</c>, or a Python traceback.</summary>
    StackTrace,

    /// <summary>A web server's line: a quoted request with its protocol, then the status.</summary>
    Access,
}

/// <summary>Tells kinds apart, in SQL and here by the same rules. A message has exactly one: a stack trace wins over an access line, that one over JSON.</summary>
public static partial class MessageKinds
{
    // Both engines read these two alike; neither has an end-of-line anchor or a class whose meaning differs.
    private const string TracePattern = @"\n[ \t]+at |\nCaused by: |(^|\n)Traceback \(most recent call last\)";
    private const string AccessPattern = @"""(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) [^"" ]+ HTTP/[0-9.]+"" [0-9][0-9][0-9]";

    private const string IsTrace = "body ~ '" + TracePattern + "'";
    private const string IsAccess = "body ~ '" + AccessPattern + "'";
    private const string IsJson = "body like '{%}'";

    /// <summary>The kind of a message.</summary>
    public static MessageKind Of(string body) =>
        Trace().IsMatch(body) ? MessageKind.StackTrace
        : Access().IsMatch(body) ? MessageKind.Access
        : body.Length > 1 && body[0] == '{' && body[^1] == '}' ? MessageKind.Json
        : MessageKind.Plain;

    /// <summary>The word in a URL: <c>plain</c>, <c>json</c>, <c>trace</c>, <c>access</c>.</summary>
    public static string Word(MessageKind kind) => kind switch
    {
        MessageKind.Json => "json",
        MessageKind.StackTrace => "trace",
        MessageKind.Access => "access",
        _ => "plain",
    };

    /// <summary>False when the word names no kind.</summary>
    public static bool TryParse(string? word, out MessageKind kind)
    {
        foreach (var one in Enum.GetValues<MessageKind>())
        {
            if (string.Equals(Word(one), word, StringComparison.OrdinalIgnoreCase))
            {
                kind = one;
                return true;
            }
        }

        kind = default;
        return false;
    }

    /// <summary>The constant condition on the column <c>body</c>.</summary>
    internal static string Condition(MessageKind kind) => kind switch
    {
        MessageKind.StackTrace => IsTrace,
        MessageKind.Access => $"{IsAccess} and not {IsTrace}",
        MessageKind.Json => $"{IsJson} and not {IsAccess} and not {IsTrace}",
        _ => $"not {IsJson} and not {IsAccess} and not {IsTrace}",
    };

    [GeneratedRegex(TracePattern, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Trace();

    [GeneratedRegex(AccessPattern, RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Access();
}
