using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using LogConsole.Ingestion.Formats.Lines;

namespace LogConsole.Benchmarks;

/// <summary>
/// <c>parse</c>: how many lines of the eight systems of LogHub (J. Zhu et al., ISSRE 2023) get the right time, level and message, with no word about
/// the system; then lines per second of processor time and allocation of the recogniser on one core. A message counts when it is the Content column,
/// or that column preceded by the component alone. With <c>--dump</c> every wrong line is shown on standard error.
/// </summary>
internal static class ParseBenchmark
{
    private static readonly TimeSpan s_warmRun = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    // How each system writes its time; lines without a year are compared without one. BGL's Unix time is what its other columns are checked against.
    private static readonly LabelledSystem[] s_systems =
    [
        new("Android", "2026-{Date} {Time}", "yyyy-MM-dd HH:mm:ss.fff", HasYear: false),
        new("Apache", "{Time}", "ddd MMM dd HH:mm:ss yyyy"),
        new("BGL", "{Timestamp}", "epoch"),
        new("HDFS", "{Date} {Time}", "yyMMdd HHmmss"),
        new("Linux", "2024 {Month} {Date} {Time}", "yyyy MMM d HH:mm:ss", HasYear: false, HasLevel: false),
        new("OpenSSH", "2024 {Date} {Day} {Time}", "yyyy MMM d HH:mm:ss", HasYear: false, HasLevel: false),
        new("Spark", "{Date} {Time}", "yy/MM/dd HH:mm:ss"),
        new("Zookeeper", "{Date} {Time}", "yyyy-MM-dd HH:mm:ss,fff"),
    ];

    public static Task<int> RunAsync(string[] args)
    {
        var folder = EvaluationData.Find("loghub");
        if (folder is null)
        {
            Console.WriteLine(EvaluationData.Absent("loghub"));
            return Task.FromResult(0);
        }

        var dump = args is ["--dump", ..];
        var scores = s_systems.Select(system => Measure(folder, system, dump)).ToList();
        Console.WriteLine(JsonSerializer.Serialize(new { Benchmark = "parse", Systems = scores }, s_json));
        return Task.FromResult(0);
    }

    private static ParseScore Measure(string folder, LabelledSystem system, bool dump)
    {
        Console.Error.WriteLine($"parse: {system.Name}");
        var path = Path.Combine(folder, system.Name, $"{system.Name}_2k.log");
        var lines = File.ReadAllLines(path).Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)).ToArray();
        var rules = new TimeRules(SourceZone.Utc, LogTimestamp.From(TimeProvider.System.GetUtcNow()));
        var recogniser = new LineRecogniser();
        recogniser.Learn(lines, rules);

        var (times, levels, bodies) = (0, 0, 0);
        using var csv = CsvReader.FromFile(path + "_structured.csv", new CsvReaderOptions { HasHeader = true });
        for (var i = 0; i < lines.Length && csv.Read(); i++)
        {
            recogniser.Read(lines[i].Span, rules, out var fields);
            var (time, level, body) = (IsTime(csv, system, ref fields), IsLevel(csv, system, ref fields, lines[i].Span), IsBody(csv, system, ref fields, lines[i].Span));
            times += time ? 1 : 0;
            levels += level ? 1 : 0;
            bodies += body ? 1 : 0;
            if (dump && !(time && level && body))
            {
                Console.Error.WriteLine($"  {i + 1}: time {time}, level {level}, message {body}: {Encoding.UTF8.GetString(lines[i].Span)}");
            }
        }

        var (linesPerSecond, bytesPerLine) = Warm(lines, rules, recogniser);
        return new ParseScore(
            system.Name, lines.Length, Share(times), system.HasLevel ? Share(levels) : null, Share(bodies), linesPerSecond, Math.Round(bytesPerLine, 4));

        double Share(int count) => Math.Round((double)count / lines.Length, 4);
    }

    private static bool IsTime(CsvReader csv, LabelledSystem system, ref readonly LineFields fields)
    {
        if (!fields.HasTime)
        {
            return false;
        }

        var found = fields.Time.ToDateTimeOffset();
        var text = system.TimeColumns;
        foreach (var column in (string[])["Timestamp", "Date", "Month", "Day", "Time"])
        {
            text = text.Contains($"{{{column}}}", StringComparison.Ordinal) ? text.Replace($"{{{column}}}", csv.GetString(column), StringComparison.Ordinal) : text;
        }

        if (system.TimeFormat == "epoch")
        {
            return found.ToUnixTimeSeconds() == long.Parse(text, CultureInfo.InvariantCulture);
        }

        var truth = DateTimeOffset.ParseExact(text, system.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite);
        return system.HasYear ? found == truth : (found.Month, found.Day, found.TimeOfDay) == (truth.Month, truth.Day, truth.TimeOfDay);
    }

    private static bool IsLevel(CsvReader csv, LabelledSystem system, ref readonly LineFields fields, ReadOnlySpan<byte> line) =>
        !system.HasLevel || Encoding.UTF8.GetString(fields.Level.Of(line)).Equals(csv.GetString("Level"), StringComparison.OrdinalIgnoreCase);

    private static bool IsBody(CsvReader csv, LabelledSystem system, ref readonly LineFields fields, ReadOnlySpan<byte> line)
    {
        var body = Encoding.UTF8.GetString(fields.Body.Of(line));
        var content = csv.GetString("Content");
        return body == content || (system.Name != "Apache" && body.EndsWith(content, StringComparison.Ordinal)
            && body[..^content.Length].Trim(' ', ':') == csv.GetString("Component"));
    }

    private static (long LinesPerSecond, double BytesPerLine) Warm(ReadOnlyMemory<byte>[] lines, TimeRules rules, LineRecogniser recogniser)
    {
        Round(50);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Environment.CpuUsage.TotalTime;
        var clock = Stopwatch.StartNew();
        var rounds = 0L;
        for (; clock.Elapsed < s_warmRun; rounds += 10)
        {
            Round(10);
        }

        var count = rounds * lines.Length;
        return ((long)(count / (Environment.CpuUsage.TotalTime - start).TotalSeconds), (double)(GC.GetAllocatedBytesForCurrentThread() - before) / count);

        void Round(int times)
        {
            for (var i = 0; i < times; i++)
            {
                foreach (var line in lines)
                {
                    recogniser.Read(line.Span, rules, out _);
                }
            }
        }
    }

    private sealed record LabelledSystem(string Name, string TimeColumns, string TimeFormat, bool HasYear = true, bool HasLevel = true);

    private sealed record ParseScore(
        string System, int Lines, double RightTime, double? RightLevel, double RightMessage, long LinesPerSecond, double AllocatedBytesPerLine);
}
