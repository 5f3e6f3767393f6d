using System.Text;
using System.Text.RegularExpressions;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;

namespace LogConsole.Tests.Ingestion.Formats.Lines;

/// <summary>Whatever a line looks like: its words are time, level, or they are kept.</summary>
public sealed partial class KeptTextTests
{
    private static readonly string[] s_messages =
    [
        "order placed id=545", "Disk full on volume data", "GET /health 200 id=491", "retry scheduled in five seconds", "slow query took 900 ms id=174", "failed", "Shop: no stock",
        "[cart] gone (twice)", "a, \"b\", c", "x|y;z", "user=7 ip=10.0.0.7 done",
    ];

    private static readonly string[] s_times =
    [
        "2026-11-20 10:15:02", "2026-11-20T10:15:02.123Z", "[2026-11-20 10:15:02,123]", "10:15:02 2026-11-20", "10:15:02.123 20/11/2026", "(10:15:02) 20-Nov-2026",
        "10:15:02", "Nov 20 10:15:02", "20/Nov/2026:10:15:02 +0100", "1795169702", "",
    ];

    private static readonly string[] s_levels = ["INFO", "[ERROR]", "<warn>", "level=error", "WARN:", "(DEBUG)", "fail:", "- ERROR -", ""];
    private static readonly string[] s_names = ["", "shop", "[main]", "web-1 sshd[4711]:", "c.e.Shop -", "4711", "[pid 4711:tid 3]", "app@shop", "(kafka.Broker)", "17 18 19"];

    // What names a field, and a container runtime's marks.
    private static readonly string[] s_labels = ["level", "lvl", "severity", "time", "ts", "t", "timestamp", "msg", "message", "event", "service", "app", "host", "stdout", "stderr", "F", "P"];
    private static readonly string[] s_signs = [" ", "  ", "\t", " - ", "|", ",", ";", ": "];

    [Theory]
    [InlineData("2026-11-20 10:15:02 {0} [ERROR]")]
    [InlineData("2026-11-20T10:15:02Z {0} level=error")]
    [InlineData("2026-11-20 10:15:02 {0} - ERROR")]
    [InlineData("2026-11-20 10:15:02 {0} (ERROR)")]
    public void Parse_LevelAtTheLinesEnd_IsFoundAndTheMessageStays(string format)
    {
        string[] messages = ["order 0 handled", "GET /health 200 id=491", "Disk full on volume data id=739", "retry scheduled in five seconds by a worker of shop id=4", "failed"];
        foreach (var sources in (string[][])[messages, .. messages.Select(message => (string[])[message])])
        {
            var lines = Enumerable.Range(0, 200).Select(i => string.Format(null, format, sources[i % sources.Length])).ToArray();
            var parsed = ParsedLines.Of(string.Join('\n', lines), BodyFormat.Text);
            for (var i = 0; i < lines.Length; i++)
            {
                Assert.Contains(sources[i % sources.Length], ParsedLines.BodyOf(parsed[i]), StringComparison.Ordinal);
                Assert.Equal(SeverityNumber.Error, parsed[i].SeverityNumber);
            }
        }
    }

    [Fact]
    public void Parse_LinesOfAnyLayout_LoseNoWord()
    {
        var lost = new List<string>();
        var random = new Random(20261120);
        for (var source = 0; source < 3_000; source++)
        {
            // The parts of a source's lines are in one order; what they say differs.
            var kinds = new[] { s_times, s_levels, s_names, s_names, s_messages };
            random.Shuffle(kinds);
            var fixedParts = kinds.Select(kind => kind[random.Next(kind.Length)]).ToArray();
            var isFixed = kinds.Select(kind => kind != s_messages && random.Next(3) > 0).ToArray();
            var isQuoted = random.Next(4) == 0;
            var sign = s_signs[random.Next(s_signs.Length)];
            var lines = Enumerable.Range(0, random.Next(1, 40)).Select(_ => string.Join(sign, kinds.Select((kind, at) => Quoted(isFixed[at] ? fixedParts[at] : kind[random.Next(kind.Length)]))).Trim() is { Length: > 0 } line ? line : "-").ToArray();
            var parsed = ParsedLines.Of(string.Join('\n', lines), BodyFormat.Text);
            for (var i = 0; i < lines.Length; i++)
            {
                AssertKept(lines[i], parsed[i], lost);
            }

            string Quoted(string part) => isQuoted ? $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : part;
        }

        Assert.True(lost.Count == 0, string.Join('\n', lost.Take(20).Prepend($"{lost.Count} times:")));
    }

    [Fact]
    public void Parse_MutatedLines_LoseNoWord()
    {
        var lost = new List<string>();
        var random = new Random(20261121);
        const string alphabet = "0123456789:-/.,[]<>() =\"|;{}#%TZINFOabc\t";
        var seeds = TestSupport.Repository.Read("LogConsole.Tests/testdata/log-lines.txt").Split('\n').Where(line => line.Length > 0 && line[0] is not (' ' or '#')).ToArray();
        for (var round = 0; round < 1_000; round++)
        {
            var lines = Enumerable.Range(0, 20).Select(_ => Mutated()).ToArray();
            var parsed = ParsedLines.Of(string.Join('\n', lines), BodyFormat.Text);
            Assert.Equal(lines.Length, parsed.Body.Records.Count);
            for (var i = 0; i < lines.Length; i++)
            {
                AssertKept(lines[i], parsed[i], lost);
            }
        }

        Assert.True(lost.Count == 0, string.Join('\n', lost.Take(20).Prepend($"{lost.Count} times:")));

        string Mutated()
        {
            var line = seeds[random.Next(seeds.Length)].ToCharArray();
            for (var changes = random.Next(0, 6); changes > 0; changes--)
            {
                line[random.Next(line.Length)] = alphabet[random.Next(alphabet.Length)];
            }

            return "x" + new string(line, 0, random.Next(line.Length / 2, line.Length + 1));
        }
    }

    private static void AssertKept(string line, LogRecord record, List<string> lost)
    {
        if (record.Body.Length == 0 && s_messages.Any(message => line.Contains(message, StringComparison.Ordinal)))
        {
            lost.Add($"the body of '{line}'");
        }

        var kept = $"{ParsedLines.BodyOf(record)} {ParsedLines.AttributesOf(record)} {record.Service} {record.Host} {record.SeverityText}";
        var hasTime = !record.Flags.HasFlag(LogRecordFlags.TimestampMissing);
        foreach (var match in Word().EnumerateMatches(line))
        {
            var word = line.Substring(match.Index, match.Length);
            var isRead = (hasTime && TimeWord().IsMatch(word)) || SeverityWords.NumberOf(Encoding.UTF8.GetBytes(word)) != 0 || s_labels.Contains(word);
            if (!isRead && !kept.Contains(word, StringComparison.Ordinal))
            {
                lost.Add($"'{word}' of '{line}' is not in {kept}");
            }
        }
    }

    [GeneratedRegex("[A-Za-z0-9]+", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    [GeneratedRegex("^([0-9]+|[0-9]{2,8}T[0-9]{2,6}|[0-9]+Z|T|Z|AM|PM|UTC|GMT|CET|MSK|[A-Z][a-z]{2})$", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex TimeWord();
}
