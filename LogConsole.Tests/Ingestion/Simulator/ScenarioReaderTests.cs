using System.Text.RegularExpressions;
using LogConsole.Ingestion.Simulator;
using LogConsole.Ingestion.Simulator.Scenarios;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Ingestion.Simulator;

public sealed partial class ScenarioReaderTests
{
    private const string Small = """
        name: small
        rhythm:
          hours: [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]
          days: [1,1,1,1,1,1,1]
        fields:
          user: {int: [1, 9]}
        services:
          a: {version: 1.0.0}
          b: {version: 1.0.0}
        messages:
          a.done: {level: info, text: "done for ${user}"}
          b.done: {level: info, text: "done"}
        operations:
          a.work: {takes: 5ms, calls: [b.work], end: [a.done]}
          b.work: {takes: 5ms, end: [b.done]}
        flows: {a.work: 1}
        faults:
          slow: {about: it is slow, duration: 1m, services: [b], affected: [b, a], effects: [{slow: b.work, factor: 9}]}
        """;

    [Fact]
    public void Read_SmallScenario_IsWhatItSays()
    {
        var scenario = ScenarioReader.Read("small.yml", Small);

        Assert.Equal(("small", 2, 2, 2, 1), (scenario.Name, scenario.Services.Count, scenario.Messages.Count, scenario.Operations.Count, scenario.Faults.Count));
        Assert.Equal("done for <*>", scenario.Messages[0].Pattern);
    }

    [Theory]
    [InlineData("level: info, text: \"done\"", "level: loud, text: \"done\"", "small.yml(12): messages.b.done: level: 'loud' is none of trace, debug, info, warn, error, fatal")]
    [InlineData("${user}", "${usr}", "small.yml(11): messages.a.done: there is no field usr; fields are ")]
    [InlineData("a.done: {", "c.done: {", "small.yml(11): messages.c.done: must begin with the name of a service and a point; services are a, b")]
    [InlineData("calls: [b.work]", "calls: [b.wrok]", "small.yml(14): operations.a.work.calls[0]: there is no operation b.wrok")]
    [InlineData("b.work: {takes: 5ms, ", "b.work: {takes: 5ms, calls: [a.work], ", "small.yml(14): operations.a.work: calls itself")]
    [InlineData("b.work: {takes: 5ms", "b.work: {takes: 5 parsecs", "small.yml(15): operations.b.work.takes: must be a length of time such as 150ms, 30s, 5m or 1h")]
    [InlineData("b.work: {takes: 5ms", "b.work: {tekes: 5ms", "small.yml(15): operations.b.work.tekes: there is no such key; here are ")]
    [InlineData("end: [b.done]", "end: [a.done]", "small.yml(15): operations.b.work.end: a.done is no message of b")]
    [InlineData("{slow: b.work, factor: 9}", "{stop: b.work}", "small.yml(18): faults.slow.effects: must have one of the keys slow, fail, emit, once, silence, traffic, requests, version")]
    [InlineData("services: [b]", "services: [x]", "small.yml(18): faults.slow.services[0]: there is no service x; services are a, b")]
    [InlineData("int: [1, 9]", "int: [9, 1]", "small.yml(6): fields.user.int: must begin with the smaller number")]
    [InlineData("days: [1,", "days: [", "small.yml(4): rhythm.days: must be 7 numbers")]
    [InlineData("name: small", "name: [small", "small.yml(")]
    public void Read_Fault_IsToldWithFileLineAndKey(string good, string bad, string expected)
    {
        Assert.Contains(good, Small, StringComparison.Ordinal);
        var fault = Assert.Throws<ScenarioException>(() => ScenarioReader.Read("small.yml", Small.Replace(good, bad, StringComparison.Ordinal)));

        Assert.Contains(fault.Faults, told => NoIndex().Replace(told, "").StartsWith(NoIndex().Replace(expected, ""), StringComparison.Ordinal));
    }

    [Fact]
    public void Read_SeveralFaults_AreAllTold()
    {
        var fault = Assert.Throws<ScenarioException>(() => ScenarioReader.Read(
            "small.yml", Small.Replace("level: info", "level: loud", StringComparison.Ordinal).Replace("factor: 9", "factor: nine", StringComparison.Ordinal)));

        Assert.True(fault.Faults.Count >= 3, fault.Message);
    }

    [Theory]
    [InlineData("90", 90.0)]
    [InlineData("1.5s", 1.5)]
    [InlineData("150ms", 0.15)]
    [InlineData("5m", 300.0)]
    [InlineData("2h", 7200.0)]
    [InlineData("PT5M", 300.0)]
    [InlineData("PT1H30M", 5400.0)]
    [InlineData("-5m", null)]
    [InlineData("P1Y", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void Duration_AsPeopleWriteIt(string text, double? seconds) =>
        Assert.Equal(seconds, DurationText.TryParse(text, out var duration) ? duration.TotalSeconds : null);

    [Fact]
    public void Messages_NameNoCause()
    {
        string[] causes = ["exhaust", "brute", "deploy", "outage", "leak", "spike", "silent", "attack", "memory leak", "simulat", "demo", "fault"];
        foreach (var message in Demo.Shop.Messages)
        {
            // Where a class of a library has such a word in its name, that is what people really see.
            var text = LibraryName().Replace(message.Pattern, "");
            Assert.All(causes, cause => Assert.DoesNotContain(cause, text, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>What explains an incident must have learned it from the lines, not by heart.</summary>
    [Fact]
    public void Repository_OutsideTheSimulator_HoldsNoSentenceOfIt()
    {
        var phrases = Demo.Shop.Messages.SelectMany(message => message.Pattern.Split("<*>")).SelectMany(PhrasesOf).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.True(phrases.Count > 40, $"{phrases.Count}");
        string[] folders = ["LogConsole", "LogConsole.Tests", "LogConsole.Benchmarks", "docs", "build", "wwwroot-assets"];
        foreach (var file in folders.Where(folder => Directory.Exists(Path.Combine(Repository.Root, folder))).SelectMany(folder => Files(Path.Combine(Repository.Root, folder))))
        {
            var words = string.Join(' ', Word().Matches(File.ReadAllText(file)).Select(match => match.Value));
            Assert.All(phrases, phrase => Assert.False(words.Contains(phrase, StringComparison.OrdinalIgnoreCase), $"{file} contains \"{phrase}\""));
        }
    }

    // Four words in a row.
    private static IEnumerable<string> PhrasesOf(string literal)
    {
        var words = Word().Matches(literal).Select(match => match.Value).ToList();
        return Enumerable.Range(0, Math.Max(0, words.Count - 3)).Select(i => string.Join(' ', words.Skip(i).Take(4))).Where(phrase => phrase.Count(char.IsLetter) >= 12);
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path =>
        Path.GetExtension(path) is ".cs" or ".razor" or ".md" or ".sql" or ".js" or ".mjs" or ".yml" or ".yaml" or ".json" or ".txt"
        && !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules" or "wwwroot" or "Simulator" or "testdata"));

    [GeneratedRegex(@"[A-Za-z]+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();

    [GeneratedRegex(@"\[\d+\]", RegexOptions.NonBacktracking)]
    private static partial Regex NoIndex();

    [GeneratedRegex(@"io\.undertow\S*", RegexOptions.NonBacktracking)]
    private static partial Regex LibraryName();
}
