namespace LogConsole.Tests.TestSupport;

/// <summary>The long runs behind <c>build/test.sh --soak</c>.</summary>
internal static class Soak
{
    /// <summary>Whether this run may take long.</summary>
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("LOGCONSOLE_SOAK") == "1";

    /// <summary>How often something is done: <paramref name="usual"/> times, or <paramref name="soak"/> times in a long run.</summary>
    public static int Times(int usual, int soak) => IsOn ? soak : usual;
}
