using LogConsole.Logs;

namespace LogConsole.Components.Streaming;

/// <summary>What a kind of message is called on screen.</summary>
internal static class KindLabel
{
    public static string Of(MessageKind kind) => kind switch
    {
        MessageKind.Json => "JSON",
        MessageKind.StackTrace => "Stack trace",
        MessageKind.Access => "Access line",
        _ => "Plain text",
    };
}
