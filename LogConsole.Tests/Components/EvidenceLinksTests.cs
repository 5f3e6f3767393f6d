using LogConsole.Anomalies.Explanations;
using LogConsole.Components.Incidents;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Components;

public sealed class EvidenceLinksTests
{
    [Fact]
    public void Line_OpensThatLine_AmongWhatItsServiceSentAroundIt()
    {
        var query = new EvidenceQuery(EvidenceKind.Line, 1, Some.Now, Some.Now.AddSeconds(10), TemplateId: 12, LineId: "9005");
        var link = EvidenceLinks.Of(new Evidence("e1", "boom", [], query, "/api/logs"), "pay");
        Assert.StartsWith("stream?from=", link, StringComparison.Ordinal);
        Assert.EndsWith("&service=pay&line=9005", link, StringComparison.Ordinal);
    }
}
