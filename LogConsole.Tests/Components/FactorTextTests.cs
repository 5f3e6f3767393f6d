using LogConsole.Anomalies;
using LogConsole.Components.Incidents;

namespace LogConsole.Tests.Components;

public sealed class FactorTextTests
{
    [Theory]
    [InlineData("seconds_since_first", 150, "first seen 150\u202Fs before")]
    [InlineData("longest_pause_seconds", 0, "no pause so far")]
    [InlineData("longest_pause_seconds", 20, "longest pause so far 20\u202Fs")]
    [InlineData("silent_seconds", 110, "silent for 110\u202Fs")]
    [InlineData("records", 1_084, "records 1\u202F084")]
    [InlineData("new_one", 1, "new one 1")]
    public void Factor_ReadsAsWords(string name, double value, string shown) => Assert.Equal(shown, IncidentText.Factor(new AnomalyFactor(name, value)));
}
