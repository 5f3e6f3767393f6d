using System.Text;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Simulator;
using LogConsole.Ingestion.Simulator.Engine;
using LogConsole.Ingestion.Simulator.Scenarios;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Simulator;

/// <summary>One record of the demo stream, with its text copied.</summary>
internal sealed record DemoLine(DateTimeOffset At, string Service, byte Severity, string? Host, string Body, string Attributes, TraceId Trace, ulong Span)
{
    public bool IsError => Severity >= SeverityNumber.Error;

    public static DemoLine Of(LogRecord record) => new(
        record.Timestamp.ToDateTimeOffset(), record.Service, record.SeverityNumber, record.Host, Encoding.UTF8.GetString(record.Body.Span),
        Encoding.UTF8.GetString(record.Attributes.Span), record.TraceId, record.SpanId);
}

/// <summary>The shipped scenario, run as fast as it goes.</summary>
internal static class Demo
{
    public static Scenario Shop { get; } = ScenarioReader.Load(SimulatorOptions.DefaultScenario);

    /// <summary>A fault of the shop that starts with the stream's beginning.</summary>
    public static DemoFault Fault(string kind, TimeSpan? duration = null, double intensity = 1, string? service = null)
    {
        var known = Shop.Faults.Single(fault => fault.Name == kind);
        return new DemoFault(1, kind, service ?? known.Services[0].Name, Some.Time, Some.Time + (duration ?? known.Duration), intensity, 9, IsScheduled: false);
    }

    public static IReadOnlyList<DemoLine> Run(TimeSpan length, DemoFault? fault = null, int rate = 100, long seed = 1, double errorShare = 0.02, TimeSpan? step = null)
    {
        var generator = new DemoGenerator(Shop, new DemoStreamSettings(seed, Some.Time, rate, errorShare));
        generator.SetFaults(fault is null ? [] : [fault]);
        var lines = new List<DemoLine>();
        for (var at = TimeSpan.Zero; at < length;)
        {
            at = at + (step ?? length) < length ? at + (step ?? length) : length;
            using var records = new DemoRecords();
            Assert.True(generator.Advance(Some.Time + at, int.MaxValue, records));
            lines.AddRange(records.Records.Select(DemoLine.Of));
        }

        return lines;
    }
}
