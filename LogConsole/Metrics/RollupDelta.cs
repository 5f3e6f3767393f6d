using System.Runtime.InteropServices;
using LogConsole.Ingestion;
using LogConsole.Pipeline;

namespace LogConsole.Metrics;

/// <summary>What a batch adds to the three rollup tables, lanes joined and ids resolved; sorted by key, so instances lock rows in the same order.</summary>
internal sealed class RollupDelta
{
    public required List<(long Window, int ServiceId, SeverityBand Band, long Count)> Severity { get; init; }

    public required List<(long Window, int TemplateId, long Count)> Template { get; init; }

    public required List<(long ArrivalWindow, long EventWindow, int ServiceId, long Received, long Late)> Arrival { get; init; }

    /// <summary>Joins the lanes' counts. The stages before have put the real ids into the batch's columns.</summary>
    public static RollupDelta Of(WindowCounts[] lanes, LogBatch batch)
    {
        var severity = new Dictionary<(long, int, SeverityBand), long>();
        var template = new Dictionary<(long, int), long>();
        var arrival = new Dictionary<(long, long, int), WindowCount>();
        foreach (var lane in lanes)
        {
            foreach (var (key, count) in lane.BySeverity)
            {
                var service = lane.ServiceId(key.ServiceId, batch);
                CollectionsMarshal.GetValueRefOrAddDefault(severity, (key.EventWindow, service, key.Band), out _) += count.Records;
                ref var received = ref CollectionsMarshal.GetValueRefOrAddDefault(arrival, (key.ArrivalWindow, key.EventWindow, service), out _);
                received.Records += count.Records;
                received.Late += count.Late;
            }

            foreach (var (key, count) in lane.ByTemplate)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(template, (key.EventWindow, lane.TemplateId(key.TemplateId, batch)), out _) += count;
            }
        }

        return new RollupDelta
        {
            Severity = [.. severity.Select(item => (item.Key.Item1, item.Key.Item2, item.Key.Item3, item.Value)).Order()],
            Template = [.. template.Select(item => (item.Key.Item1, item.Key.Item2, item.Value)).Order()],
            Arrival = [.. arrival.Select(item => (item.Key.Item1, item.Key.Item2, item.Key.Item3, item.Value.Records, item.Value.Late)).Order()],
        };
    }
}
