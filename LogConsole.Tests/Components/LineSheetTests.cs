using LogConsole.Components.Controls;
using LogConsole.Components.Overview;
using LogConsole.Ingestion;
using LogConsole.Overview;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Components;

public sealed class LineSheetTests
{
    private static readonly OverviewLine s_line = Some.Line(1_000);

    [Fact]
    public void Of_LineWithTheLeast_HasNoEmptyFields()
    {
        var details = Some.LineDetails(s_line);
        var sheet = LineSheet.Of(
            new LineReading(
                details with
                {
                    Source = null,
                    Pattern = null,
                    Row = details.Row with
                    {
                        Host = null,
                        TraceId = default,
                        SpanId = 0,
                        TemplateId = null,
                        SeverityText = null,
                        SeverityNumber = 0,
                        Timestamp = LogTimestamp.From(details.Row.ObservedTimestamp),
                    },
                },
                null),
            TimeZoneInfo.Utc);

        Assert.Equal(
            [
                new SheetField("time", "2026-03-14 10:30:04.040000 UTC"), new SheetField("received", "2026-03-14 10:30:04.040000 UTC"),
                new SheetField("severity", "unspecified"), new SheetField("service", s_line.Service), new SheetField("record id", "1000"),
            ],
            sheet.Fields);
        Assert.Empty(sheet.Groups);
        Assert.Empty(sheet.Oddities);
    }

    [Fact]
    public void Of_ArrivedBeforeItHappened_SaysWhoseClockItIs()
    {
        var details = Some.LineDetails(s_line);
        var row = details.Row with { ObservedTimestamp = s_line.Timestamp.AddHours(-3) };

        var sheet = LineSheet.Of(new LineReading(details with { Row = row }, null), TimeZoneInfo.Utc);

        Assert.Equal("3\u202Fh before it happened, by the sender’s clock", sheet.Fields[1].Note);
    }

    [Fact]
    public void Of_PatternDropped_KeepsItsId()
    {
        var sheet = LineSheet.Of(new LineReading(Some.LineDetails(s_line) with { Pattern = null }, null), TimeZoneInfo.Utc);

        Assert.Contains(new SheetField("pattern", "no longer kept", "id 12"), sheet.Fields);
    }

    [Fact]
    public void Of_HostileText_IsMadeVisible_AndCopiedAsItCame()
    {
        var details = Some.LineDetails(s_line);
        var row = details.Row with { Body = "\u001b[31mred", Attributes = "{\"\\u202ekey\":\"\\u0007bell\"}" };

        var sheet = LineSheet.Of(new LineReading(details with { Row = row }, null), TimeZoneInfo.Utc);

        Assert.Equal("red", sheet.Body);
        Assert.Equal([new JsonRow(0, @"\u202ekey", @"\u0007bell", "string")], sheet.Groups[0].Rows);
        Assert.Contains(@"\u001b[31mred", sheet.Json, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void EveryFlag_HasWords()
    {
        foreach (var flag in Enum.GetValues<LogRecordFlags>().Where(flag => flag != LogRecordFlags.None))
        {
            Assert.Single(LineOddities.Sentences(flag));
            Assert.Single(LineOddities.Words(flag));
        }
    }
}
