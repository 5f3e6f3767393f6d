using LogConsole.Ingestion.Simulator.Scenarios;

namespace LogConsole.Ingestion.Simulator.Engine;

/// <summary>What the values of one line are drawn from. One instance is reused for all lines.</summary>
internal sealed class LineContext
{
    /// <summary>What values that differ from line to line are derived from.</summary>
    public ulong Line { get; set; }

    /// <summary>The same for all lines of a request: values of the request are derived from it.</summary>
    public ulong Request { get; set; }

    public ServiceModel Service { get; set; } = null!;

    public byte[] Host { get; set; } = [];

    public byte[] Version { get; set; } = [];

    public long TimeMicros { get; set; }

    /// <summary>How long the work lasted that the line tells of.</summary>
    public long DurationMicros { get; set; }

    /// <summary>The outcome in the terms of HTTP.</summary>
    public int Status { get; set; }

    /// <summary>How far a fault has come, 0 at its start, 1 at its end.</summary>
    public double Progress { get; set; }

    public TraceId TraceId { get; set; }

    public ulong SpanId { get; set; }
}
