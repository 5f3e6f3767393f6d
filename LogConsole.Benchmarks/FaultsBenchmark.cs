using System.Diagnostics;
using System.Text.Json;
using LogConsole.Anomalies;
using LogConsole.Ingestion.Simulator;
using LogConsole.Ingestion.Simulator.Engine;
using LogConsole.Ingestion.Simulator.Scenarios;
using LogConsole.Metrics;

namespace LogConsole.Benchmarks;

/// <summary>
/// How well the detectors see the faults of the demo system, and how often they cry wolf: false alarms on clean simulated days, and for every
/// kind of fault whether, how soon and in which service it is found. Event time goes as fast as it can.
/// <c>faults [--days 1] [--seeds 3] [--rate 50]</c>.
/// </summary>
internal static class FaultsBenchmark
{
    private const double ErrorShare = 0.01;

    // Warm-up and an hour of baseline, at changing times of the day.
    private static readonly TimeSpan s_before = TimeSpan.FromMinutes(75);
    private static readonly TimeSpan s_after = TimeSpan.FromMinutes(5);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
    private static readonly DateTimeOffset s_day = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    public static async Task<int> RunAsync(string[] args)
    {
        var (days, seeds, rate) = (Argument(args, "--days", 1), Argument(args, "--seeds", 3), Argument(args, "--rate", 50));
        var scenario = ScenarioReader.Load("shop");
        var clock = Stopwatch.StartNew();
        var clean = Enumerable.Range(1, days).AsParallel().AsOrdered().Select(day => Clean(scenario, day, rate)).ToList();
        await Console.Error.WriteLineAsync($"{days} clean days in {clock.Elapsed}").ConfigureAwait(false);
        var faults = scenario.Faults.AsParallel().AsOrdered().Select(kind => Faults(scenario, kind, seeds, rate)).ToList();
        await Console.Error.WriteLineAsync($"{faults.Count} kinds × {seeds} seeds in {clock.Elapsed}").ConfigureAwait(false);
        Console.WriteLine(JsonSerializer.Serialize(
            new
            {
                eventsPerSecond = rate,
                cleanDays = days,
                falseIncidentsPerDay = clean.Average(day => day.Incidents),
                falseAnomaliesPerDay = clean.SelectMany(day => day.Anomalies).GroupBy(item => item).ToDictionary(group => group.Key, group => (double)group.Count() / days),
                seeds,
                faults,
            },
            s_json));
        return 0;
    }

    private static (int Incidents, List<string> Anomalies) Clean(Scenario scenario, int seed, int rate)
    {
        var replay = Run(scenario, seed, rate, s_day, TimeSpan.FromDays(1), []);
        return (
            replay.Incidents.Count(),
            [.. replay.Findings.Where(item => item.Finding.Kind == FindingKind.Opened).Select(item => $"{item.ServiceName} {item.Finding.Anomaly.Detector} {item.Finding.Anomaly.Direction}")]);
    }

    private static object Faults(Scenario scenario, FaultKind kind, int seeds, int rate)
    {
        var runs = Enumerable.Range(1, seeds).Select(seed => Fault(scenario, kind, seed, rate)).ToList();
        var delays = runs.Where(run => run.Windows is not null).Select(run => run.Windows!.Value).Order().ToList();
        return new
        {
            kind = kind.Name,
            runs = seeds,
            detected = delays.Count,
            medianDelayWindows = delays.Count == 0 ? (long?)null : delays[delays.Count / 2],
            worstDelayWindows = delays.Count == 0 ? (long?)null : delays[^1],
            rightService = runs.Count(run => run.IsRoot),
            affectedService = runs.Count(run => run.IsAffected),
            falseBefore = runs.Sum(run => run.FalseBefore),
            foundBy = runs.Select(run => run.FoundBy ?? "nothing").GroupBy(by => by).ToDictionary(group => group.Key, group => group.Count()),
        };
    }

    private static FaultResult Fault(Scenario scenario, FaultKind kind, int seed, int rate)
    {
        var start = s_day.AddHours(seed * 7 % 24);
        var service = kind.Services[seed % kind.Services.Count];
        var from = start + s_before;
        var fault = new DemoFault(1, kind.Name, service.Name, from, from + kind.Duration, 1, seed * 7_919, IsScheduled: false);
        var replay = Run(scenario, seed, rate, start, s_before + kind.Duration + s_after, [fault]);
        var first = TumblingWindow.Of(from);

        // The incident that opened during the fault, by its first anomaly; one that began earlier is a false alarm.
        var incident = replay.Incidents.FirstOrDefault(item => item.Start >= first - 1);
        var found = replay.Findings.FirstOrDefault(item => item.Finding.Kind == FindingKind.Opened && item.Finding.Anomaly.StartWindow >= first - 1);
        return new FaultResult(
            found is null ? null : found.Window - first + 1,
            incident is not null && replay.NameOf(incident.ServiceId) == service.Name,
            incident is not null && kind.Affected[service.Name].Any(affected => affected.Name == replay.NameOf(incident.ServiceId)),
            replay.Incidents.Count(item => item.Start < first - 1),
            found is null ? null : $"{found.ServiceName} {found.Finding.Anomaly.Detector} {found.Finding.Anomaly.Direction}");
    }

    private static DetectionReplay Run(Scenario scenario, int seed, int rate, DateTimeOffset start, TimeSpan length, IReadOnlyList<DemoFault> faults)
    {
        var generator = new DemoGenerator(scenario, new DemoStreamSettings(seed, start, rate, ErrorShare));
        generator.SetFaults(faults);
        var replay = new DetectionReplay(start);
        for (var at = start + BucketWidth.Rollup; at <= start + length; at += BucketWidth.Rollup)
        {
            using var records = new DemoRecords();
            while (!generator.Advance(at, int.MaxValue, records))
            {
            }

            replay.Judge(records.Records);
        }

        return replay;
    }

    private static int Argument(string[] args, string name, int fallback) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length && int.TryParse(args[at + 1], out var value) && value > 0 ? value : fallback;

    private sealed record FaultResult(long? Windows, bool IsRoot, bool IsAffected, int FalseBefore, string? FoundBy);
}
