using System.Text;
using LogConsole.Ingestion.Simulator.Scenarios;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>One line of a message, always the same.</summary>
internal static class MessageExample
{
    public static string Of(MessageShape message)
    {
        var buffer = new TickBuffer();
        var line = new LineContext { Line = 1, Request = 1, Service = message.Service, Host = message.Service.HostBytes[0], Version = message.Service.VersionBytes, Progress = 0.5 };
        message.Text.Write(buffer, line);
        return Encoding.UTF8.GetString(buffer.Written);
    }
}
