using LogConsole.Anomalies;
using LogConsole.Components.Incidents;

namespace LogConsole.Tests.Components;

public sealed class FactorTextTests
{
    [Theory]
    [InlineData("longest_pause_seconds", 0, "no pause so far")]
    [InlineData("longest_pause_seconds", 20, "longest pause so far 20\u202Fs")]
    [InlineData("silent_seconds", 110, "silent for 110\u202Fs")]
    [InlineData("records", 1_084, "1\u202F084 records")]
    [InlineData("new_one", 1, "new one 1")]
    public void Factor_ReadsAsWords(string name, double value, string shown) => Assert.Equal(shown, Assert.Single(Read(new AnomalyFactor(name, value))));

    [Fact]
    public void Factors_OfADecision_SayWhatTheyCountAndOverHowLong()
    {
        Assert.Equal(
            ["176 of 180 records were errors in its worst 30\u202Fs", "judged by 20\u202F%"], Read(new("records", 180), new("errors", 176), new("threshold", 0.2), new("seconds", 30)));
        Assert.Equal(["14 records in its worst 20\u202Fs, 51 expected"], Read(new("records", 14), new("expected", 51), new("seconds", 20)));
        Assert.Equal(["657 records in the 140\u202Fs since it first came"], Read(new("records", 657), new("seconds_since_first", 130)));
    }

    private static IEnumerable<string> Read(params AnomalyFactor[] factors) =>
        IncidentText.Factors(new DetectedAnomaly("error_share", 1, "error_share", null, AnomalyDirection.Up, 1, 2, 1, 0, 0, 90, factors));
}
