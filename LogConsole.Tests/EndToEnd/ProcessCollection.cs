namespace LogConsole.Tests.EndToEnd;

/// <summary>Tests that start whole consoles and load them: one after the other, so that none starves another's time limits.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessCollection
{
    public const string Name = "whole consoles";
}
