namespace LogConsole;

/// <summary>Starting cannot go on: the message is one clear sentence for the operator, printed without a stack trace.</summary>
public sealed class StartupException(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
