using LogConsole.Anomalies.Incidents;
using LogConsole.Components.Incidents;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Components;

/// <summary>The address of the incidents page says what it shows, and an explanation gives up its cause.</summary>
public sealed class IncidentsQueryTests
{
    private const string Host = "http://console/";

    public static TheoryData<string> Addresses =>
    [
        "incidents",
        "incidents?state=all",
        "incidents?state=resolved&range=1440m",
        "incidents?service=a%26b&state=acknowledged&after=69b53ed8.1f&range=15m",
        "incidents?from=2026-03-14T10:00:00Z&to=2026-03-14T11:00:00Z&service=shop&state=all",
    ];

    [Theory]
    [MemberData(nameof(Addresses))]
    public void Address_ReadAndWritten_SaysTheSame(string address)
    {
        var view = IncidentsQuery.Parse(Host + address);

        Assert.Equal(view, IncidentsQuery.Parse(Host + IncidentsQuery.Format(view)));
        Assert.Equal(address.Length, IncidentsQuery.Format(view).Replace("%3A", ":", StringComparison.Ordinal).Length);
    }

    [Fact]
    public void Address_SaysNothingOrNonsense_OpenOnesOfAllTime()
    {
        Assert.Equal(new IncidentListView(IncidentState.Open), IncidentsQuery.Parse(Host + "incidents"));
        Assert.Equal(new IncidentListView(IncidentState.Open), IncidentsQuery.Parse(Host + "incidents?state=loud&after=zz.zz"));
    }

    [Fact]
    public void Cause_IsWhatRoseMost_ElseWhereItBegan_ElseUnknown()
    {
        var explanation = Some.IncidentDetail().Explanation!;

        Assert.StartsWith("\"Gateway <*> timed out", IncidentCause.Of(explanation), StringComparison.Ordinal);
        Assert.StartsWith("It began in payments", IncidentCause.Of(explanation with { Sentences = [.. explanation.Sentences.Where((_, i) => i != 1)] }), StringComparison.Ordinal);
        Assert.Null(IncidentCause.Of(explanation with { Sentences = [explanation.Sentences[0]] }));
        Assert.Null(IncidentCause.Of(null));
    }
}
