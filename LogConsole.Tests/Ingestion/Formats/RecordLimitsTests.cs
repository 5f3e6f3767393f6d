using System.Text;
using System.Text.Json;
using LogConsole.Ingestion;
using LogConsole.Ingestion.Formats;
using static LogConsole.Tests.Ingestion.Formats.ParsedLines;

namespace LogConsole.Tests.Ingestion.Formats;

/// <summary>No record is worth more memory or time than an honest one of its length.</summary>
public sealed class RecordLimitsTests
{
    private const int MaxBytes = 256 << 10;

    [Theory]
    [InlineData("{0}")]
    [InlineData("\"attributes\":{{{0}}}")]
    public void Parse_AttributesBeyondTheLimit_KeepsWhatFits(string form)
    {
        var members = string.Join(',', Enumerable.Range(0, 400).Select(i => $"\"a{i}\":\"{new string('x', 1000)}\"")) + ",\"last\":1";
        var record = One($$"""{"msg":"m",{{string.Format(null, form, members)}}}""");

        Assert.True(record.Flags.HasFlag(LogRecordFlags.Truncated));
        Assert.InRange(record.Attributes.Length, MaxBytes - 1100, MaxBytes);
        var kept = JsonDocument.Parse(record.Attributes).RootElement.EnumerateObject().Select(member => member.Name).ToList();
        Assert.Equal([.. Enumerable.Range(0, kept.Count - 1).Select(i => $"a{i}"), "last"], kept);
    }

    [Theory]
    [InlineData("[", "0", "]")]
    [InlineData("{", "\"\":0", "}")]
    [InlineData("[", "[]", "]")]
    public void Parse_MoreValuesThanJsonbShouldHold_AreLeftOut(string open, string element, string close)
    {
        var record = One($$"""{"msg":"m","first":1,"many":{{open}}{{string.Join(',', Enumerable.Repeat(element, JsonMembers.MaxValues))}}{{close}},"last":2}""");

        Assert.Equal(("""{"first":1,"last":2}""", true), (AttributesOf(record), record.Flags.HasFlag(LogRecordFlags.Truncated)));
    }

    [Fact]
    public void Parse_ResourceBeyondTheLimit_KeepsWhatFitsAndItsName()
    {
        var record = One($$"""{"msg":"m","resource":{"big":"{{new string('x', MaxBytes)}}","service.name":"shop"} }""");

        Assert.Equal(
            ("shop", """{"service.name":"shop"}""", true),
            (record.Service, Encoding.UTF8.GetString(record.Resource!.Json.Span), record.Flags.HasFlag(LogRecordFlags.Truncated)));
    }

    [Fact]
    public void Parse_DeepestAttributes_FitIntoAnAnswer()
    {
        var nested = string.Concat(Enumerable.Repeat("[", 31)) + string.Concat(Enumerable.Repeat("]", 31));
        var kept = One($$"""{"msg":"m","a":{{nested}}}""");
        var text = One($$"""{"msg":"m","a":[{{nested}}]}""");

        Assert.Equal($$"""{"a":{{nested}}}""", AttributesOf(kept));
        Assert.Equal($$"""{"a":"[{{nested}}]"}""", AttributesOf(text));
    }

    [Fact]
    public void After_ManyFieldsOfOneMeaning_LooksAtAFew()
    {
        var fields = new JsonFields();
        Assert.True(fields.TryRead(Encoding.UTF8.GetBytes($$"""{{{string.Join(',', Enumerable.Repeat("\"ts\":true", JsonFields.Limit))}}}""")));

        var seen = 0;
        for (var index = fields.Best(FieldKind.Time); index >= 0; index = fields.After(FieldKind.Time, index))
        {
            seen++;
        }

        Assert.InRange(seen, 1, 16);
    }

    [Fact]
    public void Parse_TemplateOfManyHoles_FillsTheFirstAndKeepsTheRest()
    {
        var template = string.Concat(Enumerable.Repeat("{a}", ClefTemplate.MaxHoles + 2));
        var record = One($$"""{"@mt":"{{template}}","a":"value"}""");

        Assert.Equal(string.Concat(Enumerable.Repeat("value", ClefTemplate.MaxHoles)) + "{a}{a}", BodyOf(record));
    }

    [Fact]
    public void Parse_TemplateOfOpenBraces_StaysAsItIs()
    {
        var template = "{a} " + string.Concat(Enumerable.Repeat("{x", 1000));

        Assert.Equal("value" + template[3..], BodyOf(One($$"""{"@mt":"{{template}}","a":"value"}""")));
    }
}
