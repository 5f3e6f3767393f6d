using LogConsole.Ingestion;
using LogConsole.Logs.Search;
using LogConsole.Tests.TestSupport;

namespace LogConsole.Tests.Logs.Search;

public sealed class BlockFilterTests
{
    [Theory]
    [InlineData("GET /orders/83271", "get /o", "et /or", "/83271")]
    [InlineData("310 \u212AELVIN", "kelvin")]
    [InlineData("\u0130NDEX", "index")]
    [InlineData("naïve reader", "ve re", "reade")]
    public void Has_EveryPartOfItsMessages_IgnoringCase(string body, params string[] parts)
    {
        var filter = Of(Some.LogRecord(body));

        Assert.All(parts, part => Assert.True(MayHold(filter, part), part));
    }

    [Fact]
    public void Has_EveryPartOfRandomMessages_WhateverTheCharacters()
    {
        var random = new Random(17);
        const string Alphabet = "abcABC019 -_%.ßÄé☃\u212A\u0130\t";
        for (var round = 0; round < 300; round++)
        {
            var body = string.Concat(Enumerable.Range(0, random.Next(5, 60)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var filter = Of(Some.LogRecord(body));
            var start = random.Next(body.Length);
            var part = body.Substring(start, random.Next(body.Length - start) + 1);

            Assert.True(MayHold(filter, part), $"'{part}' in '{body}'");
            Assert.True(MayHold(filter, part.ToUpperInvariant().Replace('É', 'é').Replace('Ä', 'ä')), $"upper '{part}' in '{body}'");
        }
    }

    [Fact]
    public void HasNot_MostOfWhatIsNotThere()
    {
        var random = new Random(3);
        var filter = new BlockFilter();
        while (!filter.IsFull)
        {
            filter.Add(Some.LogRecord($"payment {random.NextInt64():x16} refused"));
        }

        var passed = Enumerable.Range(0, 1_000).Count(_ => MayHold(filter, $"{random.NextInt64():x16}"));

        Assert.True(MayHold(filter, "refused"));
        Assert.InRange(passed, 0, 5);
    }

    [Fact]
    public void Traces_AreFound_AndOthersAreNot()
    {
        var filter = Of(Some.LogRecord("a line", traceId: new TraceId(7, 8)));

        Assert.True(MayHold(filter, null, new TraceId(7, 8)));
        Assert.True(MayHold(filter, "a line", new TraceId(7, 8)));
        Assert.False(MayHold(filter, null, new TraceId(8, 7)));
        Assert.False(MayHold(filter, "a lint", new TraceId(7, 8)));
    }

    [Theory]
    [InlineData("four")]
    [InlineData("äöüßäöü")]
    [InlineData("abcdéfghi")]
    public void BitsOf_TextWithoutFiveAsciiCharactersInARow_TellsNothing(string text) =>
        Assert.Empty(BlockFilter.BitsOf(text, default, 16));

    [Fact]
    public void BitsOf_LongText_IsBounded() => Assert.InRange(BlockFilter.BitsOf(new string('x', 4_000) + " some more words", default, 16).Count, 4, 16);

    private static BlockFilter Of(LogRecord record)
    {
        var filter = new BlockFilter();
        filter.Add(record);
        return filter;
    }

    private static bool MayHold(BlockFilter filter, string? text, TraceId trace = default) =>
        BlockFilter.BitsOf(text, trace, 64).All(bit => (filter.Content[bit / 8] & (1 << (int)(bit % 8))) != 0);
}
