using LogConsole.Ingestion.Simulator.Engine;
using LogConsole.Ingestion.Simulator.Scenarios;

namespace LogConsole.Ingestion.Simulator;

/// <summary>Which faults come by themselves: the scenario's schedule in turn, or any at random. A pure function of its parameters.</summary>
internal static class FaultPlanner
{
    private static readonly TimeSpan s_randomGap = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan s_shortestGap = TimeSpan.FromMinutes(2);

    /// <summary>The faults of a stream in the order they come; without end, or empty when the scenario has no schedule.</summary>
    public static IEnumerable<DemoFault> Plan(Scenario scenario, long seed, DateTimeOffset start, bool random) =>
        random ? AtRandom(scenario, seed, start) : Scheduled(scenario.Schedule, seed, start);

    private static IEnumerable<DemoFault> Scheduled(FaultSchedule? schedule, long seed, DateTimeOffset start)
    {
        for (var n = 0; schedule is not null; n++)
        {
            var fault = schedule.Faults[n % schedule.Faults.Count];
            var from = start + schedule.First + (schedule.Every * n);
            yield return new DemoFault(0, fault.Kind.Name, fault.Service, from, from + fault.Duration, fault.Intensity, SeedOf(seed, n), IsScheduled: true);
        }
    }

    private static IEnumerable<DemoFault> AtRandom(Scenario scenario, long seed, DateTimeOffset start)
    {
        var from = start;
        for (var n = 0; scenario.Faults.Count > 0; n++)
        {
            var own = SeedOf(seed, n);
            var random = new DemoRandom((ulong)own);
            from += s_shortestGap + (s_randomGap * -Math.Log(1 - random.NextDouble()));
            var kind = scenario.Faults[(int)(random.NextDouble() * scenario.Faults.Count)];
            var service = kind.Services[(int)(random.NextDouble() * kind.Services.Count)];
            var intensity = Math.Round(0.4 + (0.8 * random.NextDouble()), 2);
            var to = from + (kind.Duration * (0.5 + random.NextDouble()));
            yield return new DemoFault(0, kind.Name, service.Name, from, to, intensity, own, IsScheduled: true);
            from = to;
        }
    }

    private static long SeedOf(long seed, int n) => (long)DemoRandom.Derive((ulong)seed, (ulong)n);
}
