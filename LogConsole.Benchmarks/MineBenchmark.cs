using System.Diagnostics;
using System.Text;
using System.Text.Json;
using CsvHelper;
using LogConsole.Patterns;
using LogConsole.Patterns.Masking;

namespace LogConsole.Benchmarks;

/// <summary>
/// <c>mine</c>: grouping accuracy on the eight systems of LogHub (J. Zhu et al., ISSRE 2023), one setting for all, each line seen once;
/// then lines per second and allocation of the warm tokenise-and-match path on one core, message text only. Lines per second are counted
/// in processor time: on a shared machine the wall clock measures the neighbours. With <c>--dump</c> every group that is not exactly right
/// is shown on standard error.
/// </summary>
internal static class MineBenchmark
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";
    private static readonly string[] s_systems = ["Android", "Apache", "BGL", "HDFS", "Linux", "OpenSSH", "Spark", "Zookeeper"];
    private static readonly TimeSpan s_warmRun = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Task<int> RunAsync(string[] args)
    {
        var folder = EvaluationData.Find("loghub");
        if (folder is null)
        {
            Console.WriteLine(EvaluationData.Absent("loghub"));
            return Task.FromResult(0);
        }

        var dump = args is ["--dump", ..];
        var systems = s_systems.Select(system => Measure(folder, system, dump)).ToList();
        var report = new
        {
            Benchmark = "mine",
            Options = new DrainOptions(),
            Systems = systems,
            Mean = new
            {
                GroupingAccuracy = Round(systems.Average(system => system.GroupingAccuracy)),
                Fga = Round(systems.Average(system => system.Fga)),
                LinesPerSecond = (long)(systems.Count / systems.Sum(system => 1.0 / system.LinesPerSecond)),
                AllocatedBytesPerLine = Round(systems.Average(system => system.AllocatedBytesPerLine)),
            },
            HostileLinesPerSecond = Hostile(),
        };
        Console.WriteLine(JsonSerializer.Serialize(report, s_json));
        return Task.FromResult(0);
    }

    private static SystemScore Measure(string folder, string system, bool dump)
    {
        Console.Error.WriteLine($"mine: {system}");
        var (bodies, truth) = Read(Path.Combine(folder, system, $"{system}_2k.log_structured.csv"));
        var options = new DrainOptions();
        var service = new ServiceMining(new DrainTree(options));
        var tokenizer = new LineTokenizer(options);
        var predicted = new int[bodies.Length];
        for (var line = 0; line < bodies.Length; line++)
        {
            predicted[line] = service.Assign(line, bodies[line], default, tokenizer, -1 - line);
        }

        if (dump)
        {
            Dump(bodies, predicted, truth, service);
        }

        var score = GroupingScore.Of(predicted, truth);
        var (linesPerSecond, bytesPerLine) = Warm(bodies, service, tokenizer);
        return new SystemScore(system, bodies.Length, score.Groups, truth.Distinct().Count(), Round(score.Accuracy), Round(score.F1), linesPerSecond, Round(bytesPerLine));
    }

    // The same lines again and again, as the pipeline assigns them once their templates are known.
    private static (long LinesPerSecond, double BytesPerLine) Warm(byte[][] bodies, ServiceMining service, LineTokenizer tokenizer)
    {
        for (var round = 0; round < 50; round++)
        {
            Round(bodies, service, tokenizer);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var lines = 0L;
        var clock = Stopwatch.StartNew();
        var start = Environment.CpuUsage.TotalTime;
        while (clock.Elapsed < s_warmRun)
        {
            Round(bodies, service, tokenizer);
            lines += bodies.Length;
        }

        var elapsed = Environment.CpuUsage.TotalTime - start;
        return ((long)(lines / elapsed.TotalSeconds), (double)(GC.GetAllocatedBytesForCurrentThread() - before) / lines);
    }

    // One batch for a service without templates: a single leaf, and no line is like another.
    private static long Hostile()
    {
        Console.Error.WriteLine("mine: random words");
        var random = new Random(7);
        var bodies = new byte[500_000][];
        for (var line = 0; line < bodies.Length; line++)
        {
            bodies[line] = Encoding.UTF8.GetBytes($"x y {new string(random.GetItems<char>(Letters, 8))} {new string(random.GetItems<char>(Letters, 8))}");
        }

        var options = new DrainOptions();
        var service = new ServiceMining(new DrainTree(options));
        var tokenizer = new LineTokenizer(options);
        var start = Environment.CpuUsage.TotalTime;
        for (var line = 0; line < bodies.Length; line++)
        {
            service.Assign(line, bodies[line], default, tokenizer, -1 - line);
        }

        return (long)(bodies.Length / (Environment.CpuUsage.TotalTime - start).TotalSeconds);
    }

    private static void Round(byte[][] bodies, ServiceMining service, LineTokenizer tokenizer)
    {
        for (var line = 0; line < bodies.Length; line++)
        {
            service.Assign(line, bodies[line], default, tokenizer, int.MinValue + line);
        }
    }

    private static (byte[][] Bodies, string[] Truth) Read(string path)
    {
        var bodies = new List<byte[]>();
        var truth = new List<string>();
        using var csv = CsvReader.FromFile(path, new CsvReaderOptions { HasHeader = true });
        while (csv.Read())
        {
            bodies.Add(Encoding.UTF8.GetBytes(csv.GetString("Content")));
            truth.Add(csv.GetString("EventId"));
        }

        return ([.. bodies], [.. truth]);
    }

    // For people who look for the cause of a wrong group: every predicted group that is not exactly right.
    private static void Dump(byte[][] bodies, int[] predicted, string[] truth, ServiceMining service)
    {
        var texts = service.Uses.ToDictionary(use => use.Cluster.Id, use => use.Text);
        var sizes = truth.CountBy(group => group).ToDictionary();
        foreach (var group in Enumerable.Range(0, bodies.Length).GroupBy(line => predicted[line]))
        {
            var labels = group.CountBy(line => truth[line]).ToList();
            if (labels.Count > 1 || labels[0].Value != sizes[labels[0].Key])
            {
                Console.Error.WriteLine($"  {string.Join(' ', labels.Select(label => $"{label.Key}:{label.Value}/{sizes[label.Key]}"))}  {texts[group.Key]}");
                Console.Error.WriteLine($"      {Encoding.UTF8.GetString(bodies[group.First()])}");
            }
        }
    }

    private static double Round(double value) => Math.Round(value, 4);

    private sealed record SystemScore(
        string System, int Lines, int Templates, int TrueTemplates, double GroupingAccuracy, double Fga, long LinesPerSecond, double AllocatedBytesPerLine);
}
