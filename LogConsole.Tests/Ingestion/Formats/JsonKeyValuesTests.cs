using System.Text;
using LogConsole.Ingestion;
using static LogConsole.Tests.Ingestion.Formats.ParsedLines;

namespace LogConsole.Tests.Ingestion.Formats;

public sealed class JsonKeyValuesTests
{
    [Theory]
    [InlineData("""[{"key":"a","value":{"stringValue":"x\"\u0041"}}]""", """{"a":"x\"\u0041"}""")]
    [InlineData("""[ { "value" : { "intValue" : "-9223372036854775808" } , "key" : "n" } ]""", """{"n":-9223372036854775808}""")]
    [InlineData("""[{"key":"n","value":{"intValue":5}},{"key":"d","value":{"doubleValue":1.5e3}},{"key":"i","value":{"doubleValue":"NaN"}}]""", """{"n":5,"d":1.5e3,"i":"NaN"}""")]
    [InlineData("""[{"key":"b","value":{"boolValue":false}},{"key":"y","value":{"bytesValue":"AQI="}},{"key":"z","value":{}}]""", """{"b":false,"y":"AQI=","z":null}""")]
    [InlineData("""[{"key":"l","value":{"arrayValue":{"values":[{"stringValue":"a"},{"intValue":"1"},{"arrayValue":{}}]}}}]""", """{"l":["a",1,[]]}""")]
    [InlineData("""[{"key":"o","value":{"kvlistValue":{"values":[{"key":"p","value":{"boolValue":true}},{"key":"q","value":{"kvlistValue":{"values":[]}}}]}}}]""", """{"o":{"p":true,"q":{}}}""")]
    public void Attributes_ListOfOpenTelemetry_IsTheObjectItMeans(string list, string expected) =>
        Assert.Equal(expected, AttributesOf(One($$"""{"msg":"m","attributes":{{list}}}""")));

    [Theory]
    [InlineData("""["a"]""")]
    [InlineData("""[{"key":"a"}]""")]
    [InlineData("""[{"key":1,"value":{"stringValue":"x"}}]""")]
    [InlineData("""[{"key":"a","value":"x"}]""")]
    [InlineData("""[{"key":"a","value":{"stringValue":1}}]""")]
    [InlineData("""[{"key":"a","value":{"intValue":"01"}}]""")]
    [InlineData("""[{"key":"a","value":{"intValue":"+1"}}]""")]
    [InlineData("""[{"key":"a","value":{"moodValue":"x"}}]""")]
    [InlineData("""[{"key":"a","value":{"stringValue":"x","boolValue":true}}]""")]
    [InlineData("""[{"key":"a","value":{"stringValue":"x"},"more":1}]""")]
    [InlineData("""[{"key":"a","key":"b","value":{"stringValue":"x"}}]""")]
    [InlineData("""[{"key":"a","value":{"stringValue":"x"}},5]""")]
    [InlineData("""[{"key":"a","value":{"arrayValue":[1]}}]""")]
    [InlineData("""[{"key":"a","value":{"arrayValue":{"values":[1]}}}]""")]
    [InlineData("""[{"key":"a","value":{"kvlistValue":{"values":[{"key":"b"}]}}}]""")]
    public void Attributes_AnyOtherList_StaysAsItWasSent(string list) =>
        Assert.Equal($$"""{"attributes":{{list}}}""", AttributesOf(One($$"""{"msg":"m","attributes":{{list}}}""")));

    [Fact]
    public void Attributes_NestedBeyondReason_StayAsTheyWereSent()
    {
        var value = """{"intValue":"1"}""";
        for (var i = 0; i < 5_000; i++)
        {
            value = $$$"""{"arrayValue":{"values":[{{{value}}}]}}""";
        }

        Assert.StartsWith("""{"attributes":""", AttributesOf(One($$"""{"msg":"m","attributes":[{"key":"a","value":{{value}}}]}""")), StringComparison.Ordinal);
    }

    [Fact]
    public void Attributes_ListBeyondTheBudget_KeepsWhatFitsAndSaysSo()
    {
        var list = string.Join(',', Enumerable.Range(0, 5_000).Select(n => $$$"""{"key":"k{{{n}}}","value":{"stringValue":"{{{new string('x', 100)}}}"}}"""));
        var record = One($$"""{"msg":"m","attributes":[{{list}}]}""");
        Assert.True(record.Flags.HasFlag(LogRecordFlags.Truncated));
        Assert.StartsWith("""{"k0":"xxx""", AttributesOf(record), StringComparison.Ordinal);
    }

    [Fact]
    public void Resource_WithAListOfAttributes_NamesServiceAndHost()
    {
        var record = One("""{"body":"m","resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"host.name","value":{"stringValue":"web-1"}}],"droppedAttributesCount":0}}""");

        Assert.Equal(("shop", "web-1"), (record.Service, record.Host));
        Assert.Equal("""{"service.name":"shop","host.name":"web-1","droppedAttributesCount":0}""", Encoding.UTF8.GetString(record.Resource!.Json.Span));
    }
}
